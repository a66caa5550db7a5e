// The API key, while the server asks for one: in this page's memory only, gone when the page is left.

const find = (id) => document.getElementById(id);
const RETRY_MS = 1000;
const TOO_MANY = 429;
const ATTEMPTS = 3;
const LONGEST_WAIT_S = 10;
const entered = new EventTarget();
let key = "";

// Like fetch, with the key; shows the field for it when the server refuses to answer without one that works.
export async function send(path, { headers = {}, ...options } = {}) {
  const request = { ...options, headers: key ? { ...headers, "X-API-Key": key } : headers };
  for (let attempt = 1; ; attempt += 1) {
    const response = await fetch(path, request);
    if (response.status === 401) find("key-form").hidden = false;
    const wait_s = Number(response.headers.get("Retry-After") ?? NaN);
    // What was too much was not begun: it may be sent again, if that is soon.
    if (response.status !== TOO_MANY || attempt === ATTEMPTS || !(wait_s <= LONGEST_WAIT_S)) return response;
    await new Promise((resolve) => setTimeout(resolve, wait_s * 1000));
  }
}

export function hasKey() {
  return key !== "";
}

export function whenEntered(action) {
  entered.addEventListener("entered", action);
}

// What EventSource does, which sends no headers: the same events, resumed by itself, closed by 204 and refusals.
export class KeyedEvents extends EventTarget {
  #aborted = new AbortController();
  #last = "";
  readyState = EventSource.CONNECTING;

  constructor(path) {
    super();
    this.#run(path);
  }

  close() {
    this.readyState = EventSource.CLOSED;
    this.#aborted.abort();
  }

  async #run(path) {
    while (this.readyState !== EventSource.CLOSED) {
      try {
        const headers = { Accept: "text/event-stream", ...(this.#last && { "Last-Event-ID": this.#last }) };
        const response = await send(path, { headers, signal: this.#aborted.signal });
        // A server that cannot answer now will later; whatever else is no stream stays none.
        const closes = response.status !== 200 && response.status !== TOO_MANY && response.status < 500;
        if (closes) this.readyState = EventSource.CLOSED;
        else if (response.ok) await this.#read(response.body);
      } catch {
        // The connection broke, or was closed here.
      }
      if (this.#aborted.signal.aborted) return;
      this.dispatchEvent(new Event("error"));
      if (this.readyState !== EventSource.CLOSED) await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }

  async #read(body) {
    const reader = body.pipeThrough(new TextDecoderStream()).getReader();
    this.readyState = EventSource.OPEN;
    let text = "";
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      const blocks = (text + piece.value).split("\n\n");
      text = blocks.pop();
      for (const block of blocks) this.#tell(block);
    }
    this.readyState = EventSource.CONNECTING;
  }

  #tell(block) {
    const fields = block.split("\n").map((line) => line.split(/: ?(.*)/s));
    const named = Object.fromEntries(fields.filter(([name]) => name));
    if (named.data === undefined) return;
    this.#last = named.id ?? this.#last;
    this.dispatchEvent(new MessageEvent(named.event ?? "message", { data: named.data }));
  }
}

find("key-form").addEventListener("submit", (event) => {
  event.preventDefault();
  key = find("key").value.trim();
  find("key").value = "";
  find("key-form").hidden = true;
  entered.dispatchEvent(new Event("entered"));
});
