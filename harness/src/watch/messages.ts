/**
 * What a control posts to itself comes back as its own: React runs effects this way, and what an effect holds is the
 * control's.
 */
import type { Owner } from "./owner";
import { ownerNow, runAs } from "./zone";

const peers = new WeakMap<MessagePort, MessagePort>();
const senders = new WeakMap<MessagePort, (Owner | null)[]>();

export function watchMessages(): void {
    watchChannels();
    watchPosting();
    watchArrival();
}

function watchChannels(): void {
    const Native = window.MessageChannel;
    window.MessageChannel = class extends Native {
        constructor() {
            super();
            peers.set(this.port1, this.port2);
            peers.set(this.port2, this.port1);
        }
    };
}

function watchPosting(): void {
    const post = MessagePort.prototype.postMessage as (this: MessagePort, ...given: unknown[]) => void;
    MessagePort.prototype.postMessage = function (this: MessagePort, ...given: unknown[]) {
        const peer = peers.get(this);
        if (peer) {
            senders.set(peer, [...(senders.get(peer) ?? []), ownerNow()]);
        }
        post.apply(this, given);
    };
}

function watchArrival(): void {
    const native = Object.getOwnPropertyDescriptor(MessagePort.prototype, "onmessage");
    if (!native?.set || !native.get) {
        return;
    }
    const { set } = native;
    Object.defineProperty(MessagePort.prototype, "onmessage", {
        ...native,
        set(this: MessagePort, handler: ((event: MessageEvent) => void) | null) {
            const arrive = (event: MessageEvent): void => {
                const owner = senders.get(this)?.shift();
                const run = (): void => handler?.call(this, event);
                owner ? runAs(owner, run) : run();
            };
            set.call(this, handler && arrive);
        },
    });
}
