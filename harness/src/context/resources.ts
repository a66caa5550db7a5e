import type { ContextHost } from "./host";

/** The organisation's language, where the user's has no texts. */
const FALLBACK = 1033;

/** `context.resources`: texts in the user's language, else in English, else in the first there is. */
export function makeResources(host: ContextHost): ComponentFramework.Resources {
    return {
        getString: (id) => {
            const text = findText(host, id);
            if (text === undefined) {
                host.owner.report(`no text for ${id}`);
            }
            return text ?? id;
        },
        getResource: (id, success, failure) => {
            host.call("resources.getResource", id);
            const found = host.manifest.resources.includes(id) ? host.options.resources?.[id] : undefined;
            void host.answer(() => (found === undefined ? failure() : success(found)));
        },
    };
}

/** A text of the control; undefined when no language has it. */
export function findText({ state, strings }: ContextHost, id: string): string | undefined {
    const texts = strings.get(state.language) ?? strings.get(FALLBACK) ?? [...strings.values()][0];
    return texts?.get(id) ?? strings.get(FALLBACK)?.get(id);
}
