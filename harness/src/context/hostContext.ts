import type { DatasetDefinition, Manifest } from "../manifest";
import { INITIAL_STATE, type Call, type HarnessOptions, type HostState } from "../options";
import { Place } from "../place";
import { readResx } from "../resx";
import { makeWebApi } from "../tables/webApi";
import { Values } from "../values";
import { natives } from "../watch/natives";
import { Dataset } from "../dataset/dataset";
import type { DatasetSource } from "../dataset/source";
import type { Pending } from "../pending";
import { Owner } from "../watch/owner";
import { aside, runAs } from "../watch/zone";
import { hasFeature } from "./features";
import type { ContextHost } from "./host";
import { Popups } from "./popups";

/** States that controls asked to keep for the session, by their full names. */
const kept = new Map<string, ComponentFramework.Dictionary>();

/** The host behind the contexts of one control. */
export class HostContext implements ContextHost {
    readonly owner = new Owner();
    readonly calls: Call[] = [];
    readonly strings: ReadonlyMap<number, ReadonlyMap<string, string>>;
    readonly place: Place;
    readonly popups: Popups;
    readonly values: Values;
    readonly webAPI: ComponentFramework.WebApi;
    private readonly fullName: string;
    private readonly ends: (() => void)[] = [];
    private shown: HostState;
    private isTracking = false;
    private readonly datasets: ReadonlyMap<string, Dataset>;

    constructor(
        readonly manifest: Manifest,
        readonly options: HarnessOptions,
        private readonly pending: Pending,
        readonly update: (...properties: string[]) => void
    ) {
        this.fullName = `${manifest.namespace}.${manifest.constructorName}`;
        this.shown = { ...INITIAL_STATE, ...options.state };
        this.strings = new Map(Object.entries(options.strings ?? {}).map(([language, text]) => [Number(language), readResx(text)]));
        this.values = new Values(manifest, options, this.owner);
        this.owner.isExternal = manifest.isExternal;
        this.place = aside(() => new Place(options, this.fullName));
        aside(() => this.place.show(this.shown));
        this.owner.places.add(this.place.container);
        this.popups = new Popups(this.owner, this.call);
        this.webAPI = makeWebApi(options.tables ?? {}, this);
        this.datasets = new Map(manifest.datasets.map((definition) => [definition.name, this.makeDataset(definition)]));
        this.ends.push(this.popups.watchOutsideClicks());
    }

    /** What the host tells; the width is the container's own once the control tracks it. */
    get state(): HostState {
        const { shown, place } = this;
        return this.isTracking && shown.width < 0 ? { ...shown, width: place.container.clientWidth } : shown;
    }

    get keptState(): ComponentFramework.Dictionary {
        return kept.get(this.fullName) ?? {};
    }

    parameters(): Record<string, object> {
        const { state } = this;
        const views = [...this.datasets].map(([name, dataset]) => [name, dataset.view(state)] as const);
        return { ...this.values.parameters(state), ...Object.fromEntries(views) };
    }

    /** Takes other rows or columns; throws an `Error` for a dataset the manifest does not have. */
    replaceDatasets(sources: Record<string, Partial<DatasetSource>>): void {
        for (const [name, source] of Object.entries(sources)) {
            const dataset = this.datasets.get(name);
            if (!dataset) {
                throw new Error(`The manifest has no data-set ${name}`);
            }
            dataset.replace(source);
        }
    }

    change(state: Partial<HostState>): void {
        this.shown = { ...this.shown, ...state };
        aside(() => this.place.show(this.shown));
    }

    readonly call = (name: string, ...given: unknown[]): void => void this.calls.push({ name, given });

    readonly answer = <T>(value: () => T | Promise<T>): Promise<T> =>
        new Promise((resolve, reject) => {
            this.pending.later(0, () =>
                runAs(this.owner, () => {
                    try {
                        resolve(value());
                    } catch (fault) {
                        reject(fault);
                    }
                })
            );
        });

    has(feature: string): boolean {
        return hasFeature(feature, this.manifest, this.options.unsupported ?? [], this.owner);
    }

    readonly track = (resize: boolean): void => {
        if (resize && !this.isTracking) {
            let width = this.place.container.clientWidth;
            const observer = new natives.ResizeObserver(() => {
                if (this.isTracking && this.place.container.clientWidth !== width) {
                    width = this.place.container.clientWidth;
                    this.update("layout");
                }
            });
            observer.observe(this.place.container);
            this.ends.push(() => observer.disconnect());
        }
        this.isTracking = resize;
    };

    readonly setFullScreen = (full: boolean): void => {
        aside(() => (this.place.isFullScreen = full));
        this.update(full ? "fullscreen_open" : "fullscreen_close", "layout");
    };

    readonly keepState = (state: ComponentFramework.Dictionary): void => void kept.set(this.fullName, structuredClone(state));

    private makeDataset(definition: DatasetDefinition): Dataset {
        const source = this.options.datasets?.[definition.name] ?? { entity: "", columns: [], records: [] };
        return new Dataset(definition, source, {
            call: this.call,
            report: (misuse) => this.owner.report(misuse),
            later: (delay_ms, work) => this.pending.later(delay_ms, work),
            update: this.update,
        });
    }

    /** Takes everything out of the page; how many nodes the control left. */
    close(): number {
        this.ends.forEach((end) => end());
        return aside(() => this.popups.closeAll() + this.place.remove());
    }
}
