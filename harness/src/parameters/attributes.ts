import type { PropertyDefinition } from "../manifest";
import type { HostState } from "../options";
import { kindOf, type Kind } from "./kinds";

type OptionMetadata = ComponentFramework.PropertyHelper.OptionMetadata;

/** What a column says of itself; what is left out is as a new column of its type has it. */
export interface ColumnAttributes {
    /** One of the property's types, where it has several. */
    type?: string;
    DisplayName?: string;
    LogicalName?: string;
    Description?: string;
    RequiredLevel?: ComponentFramework.PropertyHelper.Types.RequiredLevel;
    MaxLength?: number;
    MinValue?: number;
    MaxValue?: number;
    Precision?: number;
    Format?: string;
    Behavior?: ComponentFramework.FormattingApi.Types.DateTimeFieldBehavior;
    Targets?: readonly string[];
    ViewId?: string;
    DefaultValue?: number | boolean;
}

const LENGTHS: Record<string, number> = { "SingleLine.TextArea": 2000, "Multiple": 2000 };
const FORMATS: Record<string, string> = {
    "SingleLine.Email": "Email",
    "SingleLine.Phone": "Phone",
    "SingleLine.Text": "Text",
    "SingleLine.TextArea": "TextArea",
    "SingleLine.Ticker": "TickerSymbol",
    "SingleLine.URL": "Url",
    "Multiple": "TextArea",
    "DateAndTime.DateOnly": "DateOnly",
    "DateAndTime.DateAndTime": "DateAndTime",
    "Whole.None": "0",
};
// A new column's limits and decimal places.
const NUMBERS: Partial<Record<Kind, { limit: number; places: number }>> = {
    whole: { limit: 2147483647, places: 0 },
    decimal: { limit: 100000000000, places: 2 },
    float: { limit: 100000000000, places: 5 },
    currency: { limit: 922337203685477, places: 2 },
};
const YES_NO: OptionMetadata[] = [
    { Value: 0, Label: "No", Color: "" },
    { Value: 1, Label: "Yes", Color: "" },
];

export type Attributes = Record<string, unknown> & { Options?: OptionMetadata[]; Precision?: number; MinValue?: number; MaxValue?: number; MaxLength?: number };

/** The `attributes` of a bound property. */
export function attributesOf(property: PropertyDefinition, column: ColumnAttributes, state: HostState): Attributes {
    const type = column.type ?? property.type;
    const kind = kindOf(type);
    const { type: _type, ViewId: _viewId, ...told } = column;
    return {
        DisplayName: state.label || property.name,
        LogicalName: property.name.toLowerCase(),
        RequiredLevel: state.requiredLevel,
        IsSecured: state.secured,
        SourceType: 0,
        Description: "",
        ...ownOf(type, kind, state.options[property.name]),
        ...told,
    };
}

function ownOf(type: string, kind: Kind, options: readonly OptionMetadata[] | undefined): Record<string, unknown> {
    const number = NUMBERS[kind];
    if (number) {
        const least = kind === "whole" ? -number.limit - 1 : -number.limit;
        const format = kind === "whole" ? { Format: FORMATS[type] } : {};
        return { MinValue: least, MaxValue: number.limit, Precision: number.places, ImeMode: null, ...format };
    }
    switch (kind) {
        case "text":
            return { MaxLength: LENGTHS[type] ?? 100, Format: FORMATS[type], ImeMode: 0 };
        case "date":
            return { Behavior: type.endsWith("DateOnly") ? 2 : 1, Format: FORMATS[type], ImeMode: 0 };
        case "boolean":
            return { Options: structuredClone(options ?? YES_NO), DefaultValue: false };
        case "choice":
        case "choices":
            return { Options: structuredClone(options ?? []), DefaultValue: -1 };
        case "lookup":
            return { Targets: [] };
        default:
            return {};
    }
}
