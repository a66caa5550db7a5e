import type { HostFormatting } from "../context/formatting";
import type { PropertyDefinition } from "../manifest";
import type { HostState } from "../options";
import { attributesOf, type ColumnAttributes } from "./attributes";
import { faultOf } from "./faults";
import { formattedOf } from "./formatted";
import { kindOf } from "./kinds";
import { rawOf } from "./raw";

export interface Given {
    readonly property: PropertyDefinition;
    /** undefined: not set by the maker, or not mapped to a column. */
    readonly value: unknown;
    readonly column: ColumnAttributes;
    /** What the host says is wrong; empty when nothing is. */
    readonly error: string;
    readonly state: HostState;
    readonly formatting: HostFormatting;
}

type Property = ComponentFramework.PropertyTypes.Property;

/** One member of `context.parameters`. */
export function makeProperty(given: Given): Property {
    const { property, value, column } = given;
    if (value === undefined) {
        return unset();
    }
    const type = column.type ?? property.type;
    return property.usage === "bound" ? bound(given, type) : input(given, type);
}

/** A form gives no defaults: what the maker did not set has neither a value nor a type. */
function unset(): Property {
    return { raw: null, type: null as unknown as string, error: false, errorMessage: "", formatted: "", attributes: {}, security: {} } as Property;
}

function input({ value, formatting }: Given, type: string): Property {
    const kind = kindOf(type);
    const raw = rawOf(kind, value);
    return { ...unset(), raw, type, formatted: formattedOf(kind, type, raw, {}, formatting), ...lookup(type, {}) };
}

function bound({ property, value, column, error, state, formatting }: Given, type: string): Property {
    const kind = kindOf(type);
    const attributes = attributesOf(property, column, state);
    const raw = rawOf(kind, state.readable ? value : null);
    const errorMessage = error || faultOf(kind, raw, attributes, formatting);
    return {
        raw,
        type,
        error: errorMessage !== "",
        errorMessage,
        formatted: state.readable ? formattedOf(kind, type, raw, attributes, formatting) : "********",
        attributes: attributes as unknown as ComponentFramework.PropertyHelper.FieldPropertyMetadata.Metadata,
        security: { editable: state.editable, readable: state.readable, secured: state.secured },
        ...lookup(type, column),
    };
}

function lookup(type: string, { Targets, ViewId }: ColumnAttributes): object {
    if (kindOf(type) !== "lookup") {
        return {};
    }
    return { getTargetEntityType: () => Targets?.[0] ?? "", getViewId: () => ViewId ?? "00000000-0000-0000-0000-000000000000" };
}
