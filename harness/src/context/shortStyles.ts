/** A morning in March: its parts show where a language writes a nought before a single digit. */
const SAMPLE = new Date(2024, 2, 9, 9, 5);

/** How a language writes a date in short, with the whole year. */
export function shortDate(locale: string): Intl.DateTimeFormatOptions {
    const parts = new Intl.DateTimeFormat(locale, { dateStyle: "short" }).formatToParts(SAMPLE);
    return { year: "numeric", month: widthOf(parts, "month"), day: widthOf(parts, "day") };
}

/** How a language writes hours and minutes. */
export function shortTime(locale: string): Intl.DateTimeFormatOptions {
    const parts = new Intl.DateTimeFormat(locale, { timeStyle: "short" }).formatToParts(SAMPLE);
    return { hour: widthOf(parts, "hour"), minute: "2-digit" };
}

function widthOf(parts: Intl.DateTimeFormatPart[], type: string): "numeric" | "2-digit" {
    return parts.find((part) => part.type === type)?.value.length === 2 ? "2-digit" : "numeric";
}
