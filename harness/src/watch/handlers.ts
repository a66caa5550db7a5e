type Handlers = Map<string, unknown>;

/** The `on…` handlers of the page, as `window.onresize`: they are set past the listeners. */
export function pageHandlers(): Handlers {
    const places: [string, object][] = [["window", window], ["document", document], ["<body>", document.body]];
    return new Map(places.flatMap(([name, place]) => handlersOf(name, place)));
}

/** The handlers that are there now and were not then. */
export function handlersLeft(before: Handlers): string[] {
    const left = [...pageHandlers()].filter(([name, handler]) => handler !== null && handler !== before.get(name));
    return left.map(([name]) => name);
}

function handlersOf(name: string, place: object): [string, unknown][] {
    const found: [string, unknown][] = [];
    for (const key in place) {
        if (key.startsWith("on")) {
            const handler = memberOf(place, key);
            // Some of the body's are the window's.
            if (place !== document.body || handler !== memberOf(window, key)) {
                found.push([`${key} on ${name}`, handler]);
            }
        }
    }
    return found;
}

function memberOf(place: object, key: string): unknown {
    return (place as Record<string, unknown>)[key];
}
