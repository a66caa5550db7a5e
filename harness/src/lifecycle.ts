import type { Context } from "./context/context";
import type { Manifest } from "./manifest";
import { reactDom, scriptOf } from "./react";
import type { Control } from "./registry";
import type { Owner } from "./watch/owner";
import { runAs } from "./watch/zone";

/** The calls a host makes in a control; what one throws is noted as misuse. */
export class Lifecycle {
    private control: Control | undefined;

    constructor(
        private readonly create: new () => Control,
        private readonly manifest: Manifest,
        private readonly container: HTMLDivElement,
        private readonly owner: Owner
    ) {
        if (manifest.isVirtual) {
            owner.lentScript = scriptOf(reactDom());
            owner.lendsLibraries = true;
        }
    }

    get hasOutputs(): boolean {
        return typeof this.control?.getOutputs === "function";
    }

    init(context: Context, notify: () => void, state: ComponentFramework.Dictionary): void {
        this.call("init", () => {
            this.control = new this.create();
            // A virtual control is rendered by the host: it has no container.
            return this.control.init(context, notify, state, this.manifest.isVirtual ? undefined : this.container);
        });
    }

    updateView(context: Context): void {
        this.call("updateView", () => {
            const element: unknown = this.control?.updateView(context);
            if (this.manifest.isVirtual) {
                reactDom().render(element, this.container);
                return undefined;
            }
            return element;
        });
    }

    getOutputs(): unknown {
        return this.call("getOutputs", () => this.control?.getOutputs?.());
    }

    destroy(): void {
        this.call("destroy", () => this.control?.destroy());
        if (this.manifest.isVirtual) {
            this.call("destroy", () => reactDom().unmountComponentAtNode(this.container));
        }
    }

    private call<T>(name: string, work: () => T): T | undefined {
        const note = (fault: unknown): void => this.owner.report(`${name} threw: ${fault instanceof Error ? fault.message : String(fault)}`);
        try {
            const result = runAs(this.owner, work);
            if (result instanceof Promise) {
                result.catch(note);
            }
            return result;
        } catch (fault) {
            note(fault);
            return undefined;
        }
    }
}
