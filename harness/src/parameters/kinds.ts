/** What the platform's types have in common where values are concerned. */
export type Kind = "text" | "whole" | "decimal" | "float" | "currency" | "boolean" | "date" | "choice" | "choices" | "lookup" | "enum" | "any";

const KINDS: Record<string, Kind> = {
    "Multiple": "text",
    "Whole.None": "whole",
    "Decimal": "decimal",
    "FP": "float",
    "Currency": "currency",
    "TwoOptions": "boolean",
    "DateAndTime.DateAndTime": "date",
    "DateAndTime.DateOnly": "date",
    "OptionSet": "choice",
    "MultiSelectOptionSet": "choices",
    "Enum": "enum",
};

export function kindOf(type: string): Kind {
    if (type.startsWith("SingleLine.")) {
        return "text";
    }
    return type.startsWith("Lookup.") ? "lookup" : (KINDS[type] ?? "any");
}

export function isNumber(kind: Kind): boolean {
    return ["whole", "decimal", "float", "currency"].includes(kind);
}
