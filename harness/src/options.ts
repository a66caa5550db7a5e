import type { ColumnAttributes } from "./parameters/attributes";
import type { DatasetSource } from "./dataset/source";
import type { Answers } from "./context/answers";
import type { Tables } from "./tables/table";

type OptionMetadata = ComponentFramework.PropertyHelper.OptionMetadata;

/** What a control is opened with. */
export interface HarnessOptions {
    /** Where the control is put; a host makes a container of its own in it. */
    readonly container: HTMLElement;
    /** Text of ControlManifest.xml, or of ControlManifest.Input.xml. */
    readonly manifest: string;
    /** Texts of the RESX files by language, as 1033. */
    readonly strings?: Record<number, string>;
    /** Texts of the css files. */
    readonly css?: readonly string[];
    /** Raw values by the name of a property; a property without one is not set by the maker, or not mapped. */
    readonly values?: Record<string, unknown>;
    readonly datasets?: Record<string, DatasetSource>;
    /** What the columns say of themselves, by the name of the property they are bound to. */
    readonly columns?: Record<string, ColumnAttributes>;
    readonly state?: Partial<HostState>;
    /** Rows and metadata behind `webAPI` and `utils`. */
    readonly tables?: Tables;
    /** What the user answers when a control asks for something: a file, a place, a yes. */
    readonly answers?: Answers;
    /** Resources of the manifest in base 64 by their paths, for `resources.getResource`. */
    readonly resources?: Record<string, string>;
    /** Features this host does not have, as `WebAPI`. */
    readonly unsupported?: readonly string[];
    /** Time the host takes to hand outputs back, ms. */
    readonly latency_ms?: number;
}

/** The host's side of what a control is told. */
export interface HostState {
    /** The field is disabled on its form. */
    disabled: boolean;
    /** The whole page is read-only. */
    readOnly: boolean;
    visible: boolean;
    label: string;
    /** Language of the user, as 1033; numbers and dates are written its way. */
    language: number;
    /** null: as the language is written. */
    rtl: boolean | null;
    darkTheme: boolean;
    highContrast: boolean;
    /** -1 unknown, 0 none, 1 by the system, 2 by the maker, 3 recommended. */
    requiredLevel: ComponentFramework.PropertyHelper.Types.RequiredLevel;
    /** Error of the first bound property, or errors by property. */
    error: string | Record<string, string> | null;
    readable: boolean;
    editable: boolean;
    secured: boolean;
    /** Allocated to the control, px; -1 where the host leaves it to the control. */
    width: number;
    height: number;
    /** 0 unknown, 1 desktop, 2 tablet, 3 phone. */
    formFactor: number;
    client: "Web" | "Outlook" | "Mobile";
    offline: boolean;
    /** Choices by the property that is bound to them. */
    options: Record<string, readonly OptionMetadata[]>;
    /** Offset of the user's time zone from UTC; null: as the browser's. */
    timeZoneOffset_min: number | null;
    /** Symbol of the organisation's currency. */
    currencySymbol: string;
}

export const INITIAL_STATE: HostState = {
    disabled: false,
    readOnly: false,
    visible: true,
    label: "",
    language: 1033,
    rtl: null,
    darkTheme: false,
    highContrast: false,
    requiredLevel: 0,
    error: null,
    readable: true,
    editable: true,
    secured: false,
    width: -1,
    height: -1,
    formFactor: 1,
    client: "Web",
    offline: false,
    options: {},
    timeZoneOffset_min: null,
    currencySymbol: "$",
};

/** A change from the host's side. */
export interface Change {
    readonly values?: Record<string, unknown>;
    readonly state?: Partial<HostState>;
    /** Parts of a dataset's source that are other from now on. */
    readonly datasets?: Record<string, Partial<DatasetSource>>;
}

/** Something the control called, as `navigation.openUrl`. */
export interface Call {
    readonly name: string;
    readonly given: readonly unknown[];
}
