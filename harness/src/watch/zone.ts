/**
 * Tells whose code is running: a control's, or that of the page and the host. Everything a host calls in a control runs
 * through `runAs`, and so does every callback a control left with the browser. What the control's promises do in the
 * same task counts as the control's too.
 */
import { natives } from "./natives";
import type { Owner } from "./owner";

interface Boundary {
    /** Whose doing it was what happened up to now; null: no control's. */
    (owner: Owner | null): void;
}

let running: Owner | null = null;
let lingering: Owner | null = null;
const boundaries: Boundary[] = [];

export function atBoundary(boundary: Boundary): void {
    boundaries.push(boundary);
}

/** The control whose code is running, or whose promises may be. */
export function ownerNow(): Owner | null {
    return running ?? lingering;
}

export function runAs<T>(owner: Owner, work: () => T): T {
    const before = running;
    if (before !== owner) {
        boundaries.forEach((boundary) => boundary(ownerNow()));
    }
    running = owner;
    try {
        return work();
    } finally {
        if (before !== owner) {
            boundaries.forEach((boundary) => boundary(owner));
        }
        running = before;
        if (before === null) {
            linger(owner);
        }
    }
}

/** What the host itself does to the page, wherever it is called from, is no control's doing. */
export function aside<T>(work: () => T): T {
    boundaries.forEach((boundary) => boundary(ownerNow()));
    try {
        return work();
    } finally {
        boundaries.forEach((boundary) => boundary(null));
    }
}

function linger(owner: Owner): void {
    lingering = owner;
    natives.setTimeout(() => {
        if (running === null && lingering === owner) {
            boundaries.forEach((boundary) => boundary(owner));
            lingering = null;
        }
    });
}
