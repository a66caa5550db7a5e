import type { Owner } from "./owner";
import { ownerNow, runAs } from "./zone";

const WATCHED = ["MutationObserver", "ResizeObserver", "IntersectionObserver", "PerformanceObserver"] as const;

type Callback = (...given: unknown[]) => unknown;
type Observer = { observe(...given: unknown[]): void; unobserve?(target: unknown): void; disconnect(): void };
type ObserverClass = new (callback: Callback, ...rest: unknown[]) => Observer;

/** From now on an observer that a control makes is known while it watches something. */
export function watchObservers(): void {
    const page = window as unknown as Record<string, ObserverClass>;
    for (const name of WATCHED) {
        if (page[name]) {
            page[name] = watched(name, page[name]);
        }
    }
}

function watched(name: string, Native: ObserverClass): ObserverClass {
    const Watched = class extends Native {
        readonly #owner: Owner | null;
        readonly #targets = new Set<unknown>();

        constructor(callback: Callback, ...rest: unknown[]) {
            const owner = ownerNow();
            super(owner ? (...given) => runAs(owner, () => callback(...given)) : callback, ...rest);
            this.#owner = owner?.isLent() ? null : owner;
        }

        override observe(...given: unknown[]): void {
            super.observe(...given);
            this.#targets.add(given[0]);
            this.#owner?.observers.set(this, name);
        }

        override unobserve(target: unknown): void {
            super.unobserve?.(target);
            this.#targets.delete(target);
            if (this.#targets.size === 0) {
                this.#owner?.observers.delete(this);
            }
        }

        override disconnect(): void {
            super.disconnect();
            this.#targets.clear();
            this.#owner?.observers.delete(this);
        }
    };
    // Neither a name nor a missing method may tell the watched class from the browser's.
    Object.defineProperty(Watched, "name", { value: name });
    if (!("unobserve" in Native.prototype)) {
        delete (Watched.prototype as Partial<Observer>).unobserve;
    }
    return Watched;
}
