import { unique, updatedBy } from "./changes";
import { makeContext, type Context } from "./context/context";
import { missingFeatures } from "./context/features";
import { HostContext } from "./context/hostContext";
import { Lifecycle } from "./lifecycle";
import { readManifest } from "./manifest";
import type { Call, Change, HarnessOptions } from "./options";
import { Pending } from "./pending";
import { findControl } from "./registry";
import { pageHandlers } from "./watch/handlers";
import { type Leaks, leaksOf } from "./watch/leaks";
import { nextTask } from "./watch/natives";

/** A control that gets this many calls of updateView without a pause asks for them without end. */
const ROUNDS_MAX = 50;

/** A control that runs, seen from its host. */
export class Host {
    private readonly context: HostContext;
    private readonly lifecycle: Lifecycle;
    private readonly pending = new Pending(() => (this.rounds = 0));
    private phase: "opening" | "open" | "destroyed" = "opening";
    private readonly handlersBefore = pageHandlers();
    private areOutputsWanted = false;
    private updates: Set<string> | null = null;
    private rounds = 0;

    /** Opens a control whose bundle has been loaded, and resolves when it has been rendered once. */
    static async open(options: HarnessOptions): Promise<Host> {
        const host = new Host(options);
        await host.start();
        return host;
    }

    private constructor(private readonly options: HarnessOptions) {
        const manifest = readManifest(options.manifest);
        const missing = missingFeatures(manifest, options.unsupported ?? []);
        if (missing.length > 0) {
            throw new Error(`The control needs what this host does not have: ${missing.join(", ")}`);
        }
        const control = findControl(`${manifest.namespace}.${manifest.constructorName}`);
        this.context = new HostContext(manifest, options, this.pending, (...properties) => this.update(properties));
        this.lifecycle = new Lifecycle(control, manifest, this.context.place.container, this.context.owner);
    }

    /** What the control put out last, as its columns stored it. */
    get outputs(): Readonly<Record<string, unknown>> {
        return this.context.values.outputs;
    }

    /** What the control called, in order. */
    get calls(): readonly Call[] {
        return this.context.calls;
    }

    /** What the control did that it must not do; empty when it behaves. */
    get misuse(): readonly string[] {
        return this.context.owner.misuse;
    }

    /** Changes values or state from the host's side and resolves when the control has been told. */
    async set(change: Change): Promise<void> {
        this.context.values.put(change.values ?? {});
        this.context.change(change.state ?? {});
        this.context.replaceDatasets(change.datasets ?? {});
        await nextTask();
        this.render(updatedBy(change, this.context.manifest));
        await nextTask();
    }

    /** Resolves when outputs and updates that are under way have arrived. */
    async settled(): Promise<void> {
        await this.pending.idle();
        await nextTask();
    }

    /** Ends the control and says what it left behind. */
    async destroy(): Promise<Leaks> {
        await this.settled();
        this.lifecycle.destroy();
        this.phase = "destroyed";
        await nextTask();
        const { owner } = this.context;
        return leaksOf(owner, this.context.close(), this.handlersBefore);
    }

    private async start(): Promise<void> {
        this.lifecycle.init(this.makeContext([]), () => this.notify(), this.context.keptState);
        this.phase = "open";
        this.render([]);
        await nextTask();
        await this.settled();
    }

    private notify(): void {
        this.context.call("notifyOutputChanged");
        if (this.phase !== "open") {
            this.context.owner.report(`notifyOutputChanged ${this.phase === "opening" ? "during init" : "after destroy"}`);
        } else if (!this.lifecycle.hasOutputs) {
            this.context.owner.report("notifyOutputChanged without getOutputs");
        } else if (!this.areOutputsWanted) {
            // Notices in a burst are answered once.
            this.areOutputsWanted = true;
            this.pending.later(this.options.latency_ms ?? 0, () => this.takeOutputs());
        }
    }

    private takeOutputs(): void {
        this.areOutputsWanted = false;
        const names = this.context.values.take(this.lifecycle.getOutputs(), this.context.state);
        this.render(names.length > 0 ? [...names, "parameters"] : []);
    }

    /** Renders soon, once for all that asks in the meantime. */
    private update(properties: string[]): void {
        if (this.phase === "destroyed") {
            return;
        }
        if (this.updates === null) {
            this.updates = new Set();
            this.pending.later(0, () => {
                const updates = this.updates ?? [];
                this.updates = null;
                this.render(unique(updates));
            });
        }
        properties.forEach((property) => this.updates?.add(property));
    }

    private render(updatedProperties: string[]): void {
        if (this.phase !== "open") {
            return;
        }
        if (++this.rounds > ROUNDS_MAX) {
            this.context.owner.report("updateView is asked for without end");
            return;
        }
        this.lifecycle.updateView(this.makeContext(updatedProperties));
    }

    private makeContext(updatedProperties: string[]): Context {
        return makeContext(this.context, this.context.parameters(), updatedProperties);
    }
}
