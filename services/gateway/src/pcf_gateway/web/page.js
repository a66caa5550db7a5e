// The page: start a build, follow it live, answer its question, take what it made. No framework, no HTML from text.

import { hasKey, KeyedEvents, send, whenEntered } from "./key.js";

const STAGES = [
  ["intent-interpretation", "Understand the prompt"],
  ["capability-matching", "Choose the kind of control"],
  ["specification-generation", "Write the specification"],
  ["rules-validation", "Check it against the rules"],
  ["final-validation", "Check it against the limits"],
  ["code-generation", "Write the code"],
  ["packaging", "Check and pack the files"],
];
const EVENTS = [
  "created", "stage-started", "stage-succeeded", "needs-input", "answered",
  "resumed", "handed-back", "succeeded", "failed", "cancelled",
];
const SETTLED = new Set(["needs_input", "succeeded", "failed", "cancelled"]);
const MARKS = { waiting: "○", running: "◐", asking: "?", done: "✓", stopped: "✕" };
const STAGE_STATES = { succeeded: "done", needs_input: "asking", failed: "stopped", cancelled: "stopped" };
// In the order people want them.
const FILES = {
  solution: ["Solution (ZIP)", "Import it in the Power Apps portal, under Solutions."],
  "managed-solution": ["Managed solution (ZIP)", "For environments where nobody changes the control."],
  source: ["Source project (ZIP)", "To build and change it with Microsoft's tools."],
  report: ["Report (JSON)", "What was understood, checked and made."],
};
const TEXT_OPTIONS = [
  "component_name", "namespace", "publisher_prefix", "publisher_name", "publisher_display_name", "previous_version",
];

const find = (id) => document.getElementById(id);
let current = null;
let stream = null;

function element(tag, text = "", attributes = {}) {
  const made = document.createElement(tag);
  made.textContent = text;
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function button(text, onClick) {
  const made = element("button", text, { type: "button" });
  made.addEventListener("click", onClick);
  return made;
}

async function call(path, { method = "GET", body, headers = {} } = {}) {
  const options = { method, headers: { ...headers } };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers["Content-Type"] = "application/json";
  }
  let response;
  try {
    response = await send(path, options);
  } catch {
    throw { userMessage: "The server cannot be reached.", suggestion: "Look whether it runs, then try again." };
  }
  const content = await response.json();
  if (!response.ok) throw content;
  return content;
}

// --- starting -------------------------------------------------------------------------------------------------------

async function submit(event) {
  event.preventDefault();
  const form = new FormData(find("ask"));
  const options = {};
  for (const name of TEXT_OPTIONS) {
    const value = form.get(name).trim();
    if (value) options[name] = value;
  }
  if (form.has("managed")) options.managed = true;
  await doing(event.submitter, async () => {
    // One key for each press: a repeated request starts no second build.
    const headers = { "Idempotency-Key": crypto.randomUUID() };
    const build = await call("/v1/builds", { method: "POST", body: { prompt: form.get("prompt"), options }, headers });
    history.replaceState(null, "", `#${build.id}`);
    show(build);
    find("build").scrollIntoView({ block: "nearest" });
    follow(build.id);
  });
}

async function doing(pressed, action) {
  find("problem").hidden = true;
  if (pressed) pressed.disabled = true;
  try {
    await action();
  } catch (problem) {
    if (problem instanceof Error) throw problem;
    showProblem(problem);
  } finally {
    if (pressed) pressed.disabled = false;
  }
}

async function showExamples() {
  const { capabilities } = await call("/v1/capabilities");
  const prompts = capabilities.flatMap((capability) => capability.example_prompts.slice(0, 1));
  const list = find("examples").querySelector("ul");
  list.replaceChildren();
  for (const prompt of prompts.slice(0, 6)) {
    const item = element("li");
    item.append(button(prompt, () => take(prompt)));
    list.append(item);
  }
  find("examples").hidden = prompts.length === 0;
}

function take(prompt) {
  find("prompt").value = prompt;
  count();
  find("prompt").focus();
}

function count() {
  const left = 5000 - [...find("prompt").value].length;
  find("left").textContent = `${left.toLocaleString("en")} characters left`;
}

// --- following ------------------------------------------------------------------------------------------------------

function follow(id) {
  stream?.close();
  const path = `/v1/builds/${id}/events?after=${current?.last_sequence ?? 0}`;
  stream = hasKey() ? new KeyedEvents(path) : new EventSource(path);
  for (const type of EVENTS) stream.addEventListener(type, (message) => happened(JSON.parse(message.data)));
  // 204 and refusals close the stream for good; anything else the browser resumes by itself.
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED) reload(id);
    else say("Connecting again …");
  });
}

async function happened(event) {
  current = { ...current, last_sequence: event.sequence };
  if (event.stage) markStages(event.stage, event.type === "stage-succeeded" ? "done" : "running");
  say(event.stage ? `${event.stage_index} of ${event.stage_count}: ${event.message}` : event.message);
  if (!SETTLED.has(event.state)) return;
  stream.close();
  await reload(event.build_id);
}

// The build that the address names, if it names one.
async function open() {
  const id = location.hash.slice(1);
  if (!/^[0-9A-Z]{26}$/.test(id)) return;
  stream?.close();
  await reload(id);
  if (current?.id === id && !SETTLED.has(current.state)) follow(id);
}

async function reload(id) {
  await doing(null, async () => show(await call(`/v1/builds/${id}`)));
}

// --- showing --------------------------------------------------------------------------------------------------------

function show(build) {
  current = build;
  find("build").hidden = false;
  find("asked").textContent = build.prompt;
  find("cancel").hidden = SETTLED.has(build.state) && build.state !== "needs_input";
  find("resume").hidden = !["failed", "cancelled"].includes(build.state);
  markStages(build.stage, STAGE_STATES[build.state] ?? "running");
  showQuestion(build);
  showResult(build);
  say({
    queued: "Waiting for its turn.",
    running: "Running.",
    needs_input: "There is a question.",
    succeeded: "Done.",
    failed: "It could not be built.",
    cancelled: "Cancelled.",
  }[build.state]);
  if (build.problem) showProblem(build.problem);
}

function markStages(stage, state) {
  const list = find("stages");
  const at = STAGES.findIndex(([name]) => name === stage);
  const items = STAGES.map(([, label], index) => {
    const own = index < at ? "done" : index === at ? state : "waiting";
    const item = element("li", "", { class: own });
    if (own === "running" || own === "asking") item.setAttribute("aria-current", "step");
    item.append(element("span", MARKS[own], { class: "mark", "aria-hidden": "true" }));
    item.append(element("span", label), element("span", own, { class: "state" }));
    return item;
  });
  list.replaceChildren(...items);
}

function showQuestion(build) {
  const asked = build.question;
  find("question").hidden = !asked;
  if (!asked) return;
  find("question-title").textContent = asked.text;
  const choices = asked.choices.map((choice) => {
    const item = element("li");
    item.append(button(choice.label, (event) => answer(event.currentTarget, build, choice)));
    return item;
  });
  find("question").querySelector("ul").replaceChildren(...choices);
  find("question-title").focus();
}

function answer(pressed, build, choice) {
  const body = { question_id: build.question.question_id, choice_id: choice.choice_id };
  return act(pressed, build.id, "answer", body);
}

function act(pressed, id, verb, body) {
  return doing(pressed, async () => {
    show(await call(`/v1/builds/${id}:${verb}`, { method: "POST", body }));
    if (!SETTLED.has(current.state)) follow(id);
  });
}

function showProblem(problem) {
  find("problem-title").textContent = problem.userMessage;
  find("suggestion").textContent = problem.suggestion;
  const wrong = (problem.violations ?? []).map(({ field, description }) => element("li", `${field} ${description}`));
  find("violations").replaceChildren(...wrong);
  const others = problem.alternatives ?? [];
  find("alternatives").hidden = others.length === 0;
  find("alternatives").querySelector("ul").replaceChildren(...others.map((other) => element("li", other)));
  const request = problem.instance ? `, request ${problem.instance.replace("/requests/", "")}` : "";
  find("code").textContent = problem.code ? `${problem.code}${request}` : "";
  find("problem").hidden = false;
  find("problem-title").focus();
}

function showResult(build) {
  const made = build.result;
  find("result").hidden = !made;
  if (!made) return;
  find("result-title").textContent = `${made.display_name} (${made.namespace}.${made.component_name})`;
  const order = Object.keys(FILES);
  const files = made.artifacts.toSorted((one, other) => order.indexOf(one.kind) - order.indexOf(other.kind));
  find("files").replaceChildren(...files.map(file));
  find("findings").replaceChildren(...made.findings.map(finding));
  find("no-findings").hidden = made.findings.length > 0;
  find("result-title").focus();
}

function file(artifact) {
  const item = element("li");
  const [name, use] = FILES[artifact.kind];
  const size = `${Math.ceil(artifact.size_bytes / 1024).toLocaleString("en")} KB`;
  const link = element("a", `${name}: ${artifact.filename}`, { href: artifact.href, download: "" });
  link.addEventListener("click", (event) => hasKey() && download(event, artifact));
  item.append(link);
  item.append(element("span", ` ${size}. ${use}`, { class: "hint" }));
  return item;
}

// A link sends no key: the file is fetched with it and handed to the browser.
function download(event, artifact) {
  event.preventDefault();
  doing(null, async () => {
    const response = await send(artifact.href);
    if (!response.ok) throw await response.json();
    const url = URL.createObjectURL(await response.blob());
    element("a", "", { href: url, download: artifact.filename }).click();
    URL.revokeObjectURL(url);
  });
}

function finding(found) {
  const item = element("li");
  item.append(element("span", `${found.severity}, ${found.action}`, { class: `tag ${found.severity}` }));
  item.append(element("span", `${found.message} ${found.suggestion} `), element("code", found.rule_id));
  return item;
}

function say(text) {
  find("status").textContent = text;
}

find("ask").addEventListener("submit", submit);
find("prompt").addEventListener("input", count);
find("cancel").addEventListener("click", (event) => act(event.currentTarget, current.id, "cancel"));
find("resume").addEventListener("click", (event) => act(event.currentTarget, current.id, "resume"));
showExamples().catch(() => {}); // examples are a courtesy; the form works without them
whenEntered(() => {
  find("problem").hidden = true;
  // The first request with the key tells whether it works.
  showExamples().catch((problem) => problem.status === 401 && showProblem(problem));
  open();
});
addEventListener("hashchange", open);
open();
