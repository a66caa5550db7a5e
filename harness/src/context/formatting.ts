import { localeOf } from "../languages";
import type { HostState } from "../options";
import { shortDate, shortTime } from "./shortStyles";

export type HostFormatting = ComponentFramework.Formatting;

const TIME_ZONE_INDEPENDENT = 3;

/** `context.formatting`: numbers, dates and money as the user's language writes them. */
export function makeFormatting({ currencySymbol, language }: HostState): HostFormatting {
    const locale = localeOf(language);
    const number = (value: number, places: number): string =>
        new Intl.NumberFormat(locale, { minimumFractionDigits: places, maximumFractionDigits: places }).format(value);
    const date = (value: Date, options: Intl.DateTimeFormatOptions): string => new Intl.DateTimeFormat(locale, options).format(value);
    const day = (value: Date): string => date(value, shortDate(locale));
    const time = (value: Date, timeZone?: string): string => date(value, { ...shortTime(locale), timeZone });
    return {
        formatCurrency: (value, precision = 2, symbol = currencySymbol) => formatMoney(value, precision, symbol, locale),
        formatDecimal: (value, precision = 2) => number(value, precision),
        formatDateAsFilterStringInUTC: (value, includeTime = false) => value.toISOString().slice(0, includeTime ? 19 : 10),
        formatDateLong: (value) => date(value, { dateStyle: "full" }),
        formatDateLongAbbreviated: (value) => date(value, { weekday: "short", year: "numeric", month: "short", day: "numeric" }),
        formatDateShort: (value, includeTime = false) => (includeTime ? `${day(value)} ${time(value)}` : day(value)),
        formatDateYearMonth: (value) => date(value, { year: "numeric", month: "long" }),
        formatInteger: (value) => number(value, 0),
        formatLanguage: (value) => new Intl.DisplayNames([locale], { type: "language" }).of(localeOf(value)) ?? String(value),
        formatTime: (value, behavior) => time(value, behavior === TIME_ZONE_INDEPENDENT ? "UTC" : undefined),
        getWeekOfYear: weekOfYear,
    };
}

/** Money: the place of the symbol is the language's; a negative amount stands in brackets where English does so. */
function formatMoney(value: number, precision: number, symbol: string, locale: string): string {
    const format = new Intl.NumberFormat(locale, {
        style: "currency",
        currency: "USD",
        currencySign: locale === "en-US" ? "accounting" : "standard",
        minimumFractionDigits: precision,
        maximumFractionDigits: precision,
    });
    return format.formatToParts(value).map((part) => (part.type === "currency" ? symbol : part.value)).join("");
}

/** The week with 1 January is the first, and weeks begin on Sunday: the invariant rule. */
function weekOfYear(value: Date): number {
    const first = new Date(value.getFullYear(), 0, 1);
    const day = Math.round((new Date(value.getFullYear(), value.getMonth(), value.getDate()).valueOf() - first.valueOf()) / 86400000);
    return Math.floor((day + first.getDay()) / 7) + 1;
}
