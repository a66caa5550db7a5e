/** How the server compares: texts without regard to case, no value before all others, dates by time. */

export function isSame(left: unknown, right: unknown): boolean {
    return keyOf(left) === keyOf(right);
}

/** False where one side has no value. */
export function isLess(left: unknown, right: unknown): boolean {
    const [first, second] = [keyOf(left), keyOf(right)];
    return first !== null && second !== null && first < second;
}

/** For sorting; no value comes first. */
export function compare(left: unknown, right: unknown): number {
    const [first, second] = [keyOf(left), keyOf(right)];
    if (first === second) {
        return 0;
    }
    if (first === null || second === null) {
        return first === null ? -1 : 1;
    }
    if (typeof first === "string" && typeof second === "string") {
        return first.localeCompare(second);
    }
    return first < second ? -1 : 1;
}

function keyOf(value: unknown): string | number | null {
    if (value === null || value === undefined) {
        return null;
    }
    if (value instanceof Date) {
        return value.valueOf();
    }
    if (typeof value === "boolean") {
        return Number(value);
    }
    if (typeof value === "object") {
        const { id, name } = value as { id?: unknown; name?: unknown };
        return String(name ?? id ?? JSON.stringify(value)).toLowerCase();
    }
    return typeof value === "string" ? textKey(value) : Number(value);
}

/** Dates that arrive as text compare as dates, GUIDs with and without their braces. */
function textKey(value: string): string | number {
    if (/^\d{4}-\d\d-\d\d(T[\d:.]+(Z|[+-]\d\d:\d\d)?)?$/.test(value)) {
        return new Date(value).valueOf();
    }
    return value.replace(/^\{(.*)\}$/, "$1").toLowerCase();
}
