import type { Manifest } from "../manifest";
import type { HarnessOptions, HostState } from "../options";
import type { Owner } from "../watch/owner";

/** What the parts of a context are made of, and whom they tell. */
export interface ContextHost {
    readonly manifest: Manifest;
    readonly options: HarnessOptions;
    readonly state: HostState;
    readonly owner: Owner;
    /** Texts by language. */
    readonly strings: ReadonlyMap<number, ReadonlyMap<string, string>>;
    /** Notes what the control called. */
    call(name: string, ...given: unknown[]): void;
    /** An answer that comes later, as the platform's do; what the control does then is its own doing. */
    answer<T>(value: () => T | Promise<T>): Promise<T>;
    /** Whether the manifest declares a feature and this host has it; noted as misuse when it is not declared. */
    has(feature: string): boolean;
    /** Asks for `updateView`. */
    update(...properties: string[]): void;
    track(resize: boolean): void;
    setFullScreen(full: boolean): void;
    keepState(state: ComponentFramework.Dictionary): void;
    readonly popups: ComponentFramework.FactoryApi.Popup.PopupService;
    readonly webAPI: ComponentFramework.WebApi;
}
