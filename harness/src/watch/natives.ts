/** The browser's own functions, kept before the watched ones take their places: the harness uses only these. */
export const natives = {
    setTimeout: window.setTimeout.bind(window),
    clearTimeout: window.clearTimeout.bind(window),
    addEventListener: EventTarget.prototype.addEventListener,
    removeEventListener: EventTarget.prototype.removeEventListener,
    MutationObserver: window.MutationObserver,
    ResizeObserver: window.ResizeObserver,
};

/** Resolves in a later task, when what promises had to do in this one is done. */
export function nextTask(delay_ms = 0): Promise<void> {
    return new Promise((resolve) => natives.setTimeout(resolve, delay_ms));
}
