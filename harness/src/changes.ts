import type { Manifest } from "./manifest";
import type { Change, HostState } from "./options";

/** What the platform calls a changed part of its state in `updatedProperties`, as far as it has a name of its own. */
const NAMES: Partial<Record<keyof HostState, string>> = {
    disabled: "IsControlDisabled",
    readOnly: "IsControlDisabled",
    visible: "IsVisible",
    width: "layout",
    height: "layout",
    darkTheme: "fluentDesignLanguage",
    highContrast: "fluentDesignLanguage",
    language: "userSettings",
    rtl: "userSettings",
    formFactor: "client",
    client: "client",
    offline: "client",
    label: "label",
};
/** What concerns the column reaches the control as a change of its property. */
const OF_COLUMN: (keyof HostState)[] = ["disabled", "readOnly", "requiredLevel", "error", "readable", "editable", "secured", "options"];

/** `updatedProperties` after a change, in the platform's order: the control's state, then its properties. */
export function updatedBy({ values = {}, state = {} }: Change, manifest: Manifest): string[] {
    const changed = Object.keys(state) as (keyof HostState)[];
    const bound = manifest.properties.filter(({ usage }) => usage === "bound").map(({ name }) => name);
    const properties = [...Object.keys(values), ...(changed.some((key) => OF_COLUMN.includes(key)) ? bound : [])];
    return unique([
        ...changed.flatMap((key) => NAMES[key] ?? []),
        ...properties,
        ...(properties.length > 0 ? ["parameters"] : []),
        ...(changed.includes("readOnly") ? ["isPageReadOnly"] : []),
    ]);
}

export function unique(names: Iterable<string>): string[] {
    return [...new Set(names)];
}
