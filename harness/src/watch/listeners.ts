import { natives } from "./natives";
import type { HeldListener, Owner } from "./owner";
import { ownerNow, runAs } from "./zone";

type Listener = EventListenerOrEventListenerObject;

interface Held extends HeldListener {
    readonly owner: Owner;
    readonly listener: Listener;
    readonly capture: boolean;
    readonly wrapped: EventListener;
}

const held = new WeakMap<EventTarget, Held[]>();

/** From now on a listener that a control adds is known until it is taken away. */
export function watchListeners(): void {
    EventTarget.prototype.addEventListener = function (this: EventTarget | undefined, type, listener, options) {
        add(this ?? window, type, listener, options);
    };
    EventTarget.prototype.removeEventListener = function (this: EventTarget | undefined, type, listener, options) {
        remove(this ?? window, type, listener, options);
    };
}

/** What a control still listens to in a page that it has left: listeners on nodes that are gone went with them. */
export function listenersLeft(owner: Owner): string[] {
    return [...owner.listeners].filter(({ target }) => stays(target)).map(({ type, target }) => `${type} on ${nameOf(target)}`);
}

function add(target: EventTarget, type: string, listener: Listener | null, options?: boolean | AddEventListenerOptions): void {
    const owner = ownerNow();
    if (owner === null || listener === null) {
        natives.addEventListener.call(target, type, listener, options);
        return;
    }
    const { capture = false, once = false, signal } = typeof options === "object" ? options : { capture: options };
    if (signal?.aborted || find(target, type, listener, capture)) {
        return;
    }
    const wrapped = (event: Event): void => {
        if (once) {
            forget(entry);
        }
        runAs(owner, () => (typeof listener === "function" ? listener.call(target, event) : listener.handleEvent(event)));
    };
    const entry: Held = { owner, target, type, listener, capture, wrapped };
    held.set(target, [...(held.get(target) ?? []), entry]);
    if (!owner.isLent()) {
        owner.listeners.add(entry);
    }
    natives.addEventListener.call(target, type, wrapped, options);
    if (signal) {
        natives.addEventListener.call(signal, "abort", () => forget(entry));
    }
}

function remove(target: EventTarget, type: string, listener: Listener | null, options?: boolean | EventListenerOptions): void {
    const capture = typeof options === "object" ? (options.capture ?? false) : (options ?? false);
    const entry = listener && find(target, type, listener, capture);
    if (entry) {
        forget(entry);
    }
    natives.removeEventListener.call(target, type, entry ? entry.wrapped : listener, options);
}

function find(target: EventTarget, type: string, listener: Listener, capture: boolean): Held | undefined {
    const same = (entry: Held): boolean => entry.type === type && entry.listener === listener && entry.capture === capture;
    return held.get(target)?.find(same);
}

function forget(entry: Held): void {
    entry.owner.listeners.delete(entry);
    held.set(entry.target, (held.get(entry.target) ?? []).filter((other) => other !== entry));
}

/** Whether a target outlives the control. A request or a signal does not, a media query does. */
function stays(target: EventTarget): boolean {
    if (target instanceof Node) {
        return target.isConnected;
    }
    return !(target instanceof AbortSignal || target instanceof XMLHttpRequest || target instanceof FileReader);
}

function nameOf(target: EventTarget): string {
    if (target === window || target === document) {
        return target === window ? "window" : "document";
    }
    return target instanceof Element ? `<${target.localName}>` : target.constructor.name;
}
