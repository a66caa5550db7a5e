import type { Owner } from "./owner";
import { ownerNow, runAs } from "./zone";

type Callback = (...given: unknown[]) => unknown;
type Start = (callback: Callback, ...rest: unknown[]) => number;
type Stop = (id: number) => void;

/** From now on a timer that a control starts is known until it has run or is cleared. */
export function watchTimers(): void {
    // Clearing knows no difference between a timeout and an interval.
    watch("setTimeout", ["clearTimeout", "clearInterval"], "timer", true);
    watch("setInterval", [], "timer", false);
    watch("requestAnimationFrame", ["cancelAnimationFrame"], "frame", true);
    watch("requestIdleCallback", ["cancelIdleCallback"], "idle", true);
}

function watch(start: string, stops: string[], kind: string, once: boolean): void {
    const page = window as unknown as Record<string, unknown>;
    const native = page[start] as Start | undefined;
    if (!native) {
        return; // Safari has no idle callbacks
    }
    page[start] = (callback: Callback, ...rest: unknown[]) => begin(native.bind(window), callback, rest, kind, once);
    for (const stop of stops) {
        const end = (page[stop] as Stop).bind(window);
        page[stop] = (id: number): void => {
            owners.get(`${kind} ${id}`)?.timers.delete(`${kind} ${id}`);
            owners.delete(`${kind} ${id}`);
            end(id);
        };
    }
}

const owners = new Map<string, Owner>();

function begin(native: Start, callback: Callback, rest: unknown[], kind: string, once: boolean): number {
    const owner = ownerNow();
    if (owner === null || typeof callback !== "function") {
        return native(callback, ...rest);
    }
    const id = native((...given) => {
        if (once) {
            owner.timers.delete(`${kind} ${id}`);
            owners.delete(`${kind} ${id}`);
        }
        return runAs(owner, () => callback(...given));
    }, ...rest);
    if (!owner.isLent()) {
        owner.timers.add(`${kind} ${id}`);
        owners.set(`${kind} ${id}`, owner);
    }
    return id;
}
