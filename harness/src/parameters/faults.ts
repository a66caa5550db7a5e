import type { HostFormatting } from "../context/formatting";
import type { Attributes } from "./attributes";
import { isNumber, type Kind } from "./kinds";

/** What a form says of a value its column does not take; empty when it does. */
export function faultOf(kind: Kind, raw: unknown, attributes: Attributes, formatting: HostFormatting): string {
    if (isNumber(kind) && typeof raw === "number") {
        const { MinValue = -Infinity, MaxValue = Infinity, Precision = 0 } = attributes;
        const write = (value: number): string => formatting.formatDecimal(value, Precision);
        const wrong = raw < MinValue || raw > MaxValue;
        return wrong ? `Enter a number between ${write(MinValue)} and ${write(MaxValue)}.` : "";
    }
    if (kind === "text" && typeof raw === "string" && raw.length > (attributes.MaxLength ?? Infinity)) {
        return `Enter at most ${attributes.MaxLength} characters.`;
    }
    return "";
}
