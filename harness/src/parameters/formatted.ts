import type { HostFormatting } from "../context/formatting";
import type { Attributes } from "./attributes";
import type { Kind } from "./kinds";

/** A raw value as the host writes it; no value is written as nothing. */
export function formattedOf(kind: Kind, type: string, raw: unknown, attributes: Attributes, formatting: HostFormatting): string {
    if (raw === null || raw === undefined) {
        return "";
    }
    const labelOf = (value: unknown): string =>
        attributes.Options?.find((option) => option.Value === Number(value))?.Label ?? String(value);
    switch (kind) {
        case "whole":
            return formatting.formatInteger(raw as number);
        case "decimal":
        case "float":
            return formatting.formatDecimal(raw as number, attributes.Precision);
        case "currency":
            return formatting.formatCurrency(raw as number, attributes.Precision);
        case "date":
            return formatting.formatDateShort(raw as Date, type.endsWith("DateAndTime"));
        case "choice":
        case "boolean":
            return labelOf(raw);
        case "choices":
            return (raw as number[]).map(labelOf).join("; ");
        case "lookup":
            return (raw as ComponentFramework.LookupValue[]).map(({ name }) => name ?? "").join("; ");
        default:
            return typeof raw === "object" ? "" : String(raw);
    }
}
