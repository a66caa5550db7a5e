/** What the platform's rules keep from every control, and what they keep from those that declare no service. */
import { ownerNow } from "./zone";

type Method = (this: unknown, ...given: unknown[]) => unknown;

/** From now on its use by a control is noted; it is not hindered. */
export function watchForbidden(): void {
    for (const dialog of ["alert", "confirm", "prompt"]) {
        watch(window, dialog, () => `window.${dialog}`);
    }
    for (const method of ["getItem", "setItem", "removeItem", "clear"]) {
        watch(Storage.prototype, method, () => "browser storage");
    }
    watch(window, "fetch", networkUse);
    watch(XMLHttpRequest.prototype, "open", networkUse);
    const Socket = window.WebSocket;
    window.WebSocket = class extends Socket {
        constructor(...given: ConstructorParameters<typeof WebSocket>) {
            note(networkUse());
            super(...given);
        }
    };
}

function networkUse(): string | null {
    return ownerNow()?.isExternal ? null : "network without external-service-usage";
}

function watch(place: object, name: string, use: () => string | null): void {
    const members = place as Record<string, Method>;
    const native = members[name];
    if (native) {
        members[name] = function (this: unknown, ...given) {
            note(use());
            return native.apply(this, given);
        };
    }
}

function note(use: string | null): void {
    if (use !== null) {
        ownerNow()?.report(`${use} is used`);
    }
}
