/** Where bundles register their controls, as they do with the platform. */

export type Control = ComponentFramework.StandardControl<unknown, Record<string, unknown>> &
    Partial<ComponentFramework.ReactControl<unknown, Record<string, unknown>>>;
type ControlClass = new () => Control;

const registered = new Map<string, ControlClass>();

/** Puts `window.ComponentFramework` into its place. */
export function openRegistry(): void {
    const registerControl = (name: string, control: ControlClass): void => void registered.set(name, control);
    Object.assign(window, { ComponentFramework: { registerControl } });
}

/** The class registered under `Namespace.Constructor`; throws an `Error` when there is none. */
export function findControl(name: string): ControlClass {
    const found = registered.get(name);
    if (!found) {
        const known = [...registered.keys()].join(", ") || "nothing";
        throw new Error(`No bundle registered ${name}; registered is ${known}`);
    }
    return found;
}

/** Runs a bundle's text as the script it is; throws what the bundle throws while it loads. */
export function loadBundle(text: string): void {
    let fault: unknown;
    const onError = (event: ErrorEvent): void => {
        event.preventDefault(); // it is told by what is thrown below
        fault = event.error ?? new Error(event.message);
    };
    const script = document.createElement("script");
    script.textContent = `${text}\n//# sourceURL=bundle.js`;
    window.addEventListener("error", onError);
    document.head.append(script);
    script.remove();
    window.removeEventListener("error", onError);
    if (fault) {
        throw fault;
    }
}
