import { nodesOutside } from "./document";
import { handlersLeft } from "./handlers";
import { listenersLeft } from "./listeners";
import type { Owner } from "./owner";

/** What a control left behind; a clean one leaves nothing: no listener, timer, node or observer. */
export interface Leaks {
    readonly listeners: string[];
    readonly timers: number;
    readonly nodes: number;
    readonly observers: string[];
}

/** Call it when the control's container is out of the document; `nodes` are those that were left in it. */
export function leaksOf(owner: Owner, nodes: number, handlersBefore: Map<string, unknown>): Leaks {
    return {
        listeners: [...listenersLeft(owner), ...handlersLeft(handlersBefore)],
        timers: owner.timers.size,
        nodes: nodes + nodesOutside(owner).length,
        observers: [...owner.observers.values()],
    };
}
