import type { Attributes } from "./attributes";
import { isNumber, type Kind } from "./kinds";

/** A value as a property of this kind holds it: no value is null, but for a lookup, which then has no records. */
export function rawOf(kind: Kind, value: unknown): unknown {
    if (value === null || value === undefined) {
        return kind === "lookup" ? [] : null;
    }
    if (kind === "date") {
        return value instanceof Date ? new Date(value) : new Date(String(value));
    }
    if (kind === "choices" || kind === "lookup") {
        return structuredClone(Array.isArray(value) ? value : [value]);
    }
    return value;
}

/** A value as a column stores it: what has too many decimal places is rounded, without a word. */
export function storedOf(kind: Kind, value: unknown, attributes: Attributes): unknown {
    if (isNumber(kind) && typeof value === "number") {
        return Number(value.toFixed(Math.min(attributes.Precision ?? 10, 10)));
    }
    return rawOf(kind, value);
}
