import { attributeOf, readXml } from "./xml";

export type Usage = "bound" | "input" | "output";

export interface PropertyDefinition {
    readonly name: string;
    readonly usage: Usage;
    /** The type, or the first one of its type group. */
    readonly type: string;
    /** Every type a column may have. */
    readonly types: readonly string[];
    readonly displayNameKey: string;
    /** The texts of an Enum's values. */
    readonly values: readonly string[];
}

export interface DatasetDefinition {
    readonly name: string;
    readonly displayNameKey: string;
    readonly propertySets: readonly { name: string; displayNameKey: string }[];
}

/** What a host reads of a control's manifest, in its input or in its processed form. */
export interface Manifest {
    readonly namespace: string;
    readonly constructorName: string;
    readonly isVirtual: boolean;
    readonly properties: readonly PropertyDefinition[];
    readonly datasets: readonly DatasetDefinition[];
    /** Names of features in small letters, and whether the control cannot do without. */
    readonly features: ReadonlyMap<string, boolean>;
    readonly isExternal: boolean;
    readonly events: readonly string[];
    readonly resources: readonly string[];
}

/** Reads a manifest; throws an `Error` when it is not one. */
export function readManifest(text: string): Manifest {
    const control = readXml(text, "The manifest").querySelector("manifest > control");
    if (!control) {
        throw new Error("The manifest has no control");
    }
    const all = (selector: string): Element[] => [...control.querySelectorAll(selector)];
    const groups = new Map(all(":scope > type-group").map((group) => [attributeOf(group, "name"), typesOf(group)]));
    return {
        namespace: attributeOf(control, "namespace"),
        constructorName: attributeOf(control, "constructor"),
        isVirtual: ["virtual", "react"].includes(attributeOf(control, "control-type")),
        properties: all(":scope > property").map((property) => readProperty(property, groups)),
        datasets: all(":scope > data-set").map(readDataset),
        features: new Map(all("uses-feature").map((feature) => [nameOf(feature).toLowerCase(), attributeOf(feature, "required") === "true"])),
        isExternal: control.querySelector(":scope > external-service-usage")?.getAttribute("enabled") === "true",
        events: all(":scope > event, :scope > common-event").map(nameOf),
        resources: all(":scope > resources > *").map((resource) => attributeOf(resource, "path")),
    };
}

function readProperty(property: Element, groups: Map<string, string[]>): PropertyDefinition {
    const group = groups.get(attributeOf(property, "of-type-group"));
    const types = group ?? [attributeOf(property, "of-type") || "Object"];
    return {
        name: nameOf(property),
        usage: attributeOf(property, "usage") as Usage,
        type: types[0] ?? "Object",
        types,
        displayNameKey: attributeOf(property, "display-name-key"),
        values: [...property.querySelectorAll(":scope > value")].map((value) => value.textContent?.trim() ?? ""),
    };
}

function readDataset(dataset: Element): DatasetDefinition {
    const sets = [...dataset.querySelectorAll(":scope > property-set")];
    return {
        name: nameOf(dataset),
        displayNameKey: attributeOf(dataset, "display-name-key"),
        propertySets: sets.map((set) => ({ name: nameOf(set), displayNameKey: attributeOf(set, "display-name-key") })),
    };
}

function typesOf(group: Element): string[] {
    return [...group.querySelectorAll(":scope > type")].map((type) => type.textContent?.trim() ?? "");
}

function nameOf(element: Element): string {
    return attributeOf(element, "name");
}
