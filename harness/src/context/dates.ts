import { localeOf } from "../languages";
import type { HostState } from "../options";
import { shortDate, shortTime } from "./shortStyles";

type DateFormattingInfo = ComponentFramework.UserSettingApi.DateFormattingInfo;

/** 2 January 2000 was a Sunday. */
const DAYS = [2, 3, 4, 5, 6, 7, 8].map((day) => new Date(2000, 0, day, 12));
const MONTHS = Array.from({ length: 12 }, (_, month) => new Date(2000, month, 1, 12));
const AFTERNOON = new Date(2000, 10, 25, 13, 5, 9);

/** `userSettings.dateFormattingInfo`: names and patterns of the user's language, patterns as .NET spells them. */
export function makeDateFormattingInfo({ language }: HostState): DateFormattingInfo {
    const locale = localeOf(language);
    const names = (dates: Date[], options: Intl.DateTimeFormatOptions): string[] => dates.map((date) => partOf(locale, date, options));
    const months = names(MONTHS, { month: "long" });
    const inDate = MONTHS.map((date) => partOf(locale, date, { day: "numeric", month: "long" }, "month"));
    const shortDatePattern = patternOf(locale, shortDate(locale));
    const shortTimePattern = patternOf(locale, shortTime(locale));
    const longTimePattern = patternOf(locale, { ...shortTime(locale), second: "2-digit" });
    const longDatePattern = patternOf(locale, { weekday: "long", year: "numeric", month: "long", day: "numeric" });
    return {
        amDesignator: partOf(locale, new Date(2000, 0, 1, 9), { hour: "numeric", hour12: true }, "dayPeriod"),
        pmDesignator: partOf(locale, AFTERNOON, { hour: "numeric", hour12: true }, "dayPeriod"),
        dayNames: names(DAYS, { weekday: "long" }),
        abbreviatedDayNames: names(DAYS, { weekday: "short" }),
        shortestDayNames: names(DAYS, { weekday: "narrow" }),
        // As .NET has it, with a thirteenth month that has no name.
        monthNames: [...months, ""],
        abbreviatedMonthNames: [...names(MONTHS, { month: "short" }), ""],
        monthGenitiveNames: [...inDate, ""],
        abbreviatedMonthGenitiveNames: [...MONTHS.map((date) => partOf(locale, date, { day: "numeric", month: "short" }, "month")), ""],
        calendar: CALENDAR,
        calendarWeekRule: 0,
        firstDayOfWeek: firstDayOf(locale),
        dateSeparator: /[^A-Za-z']/.exec(shortDatePattern)?.[0] ?? "/",
        timeSeparator: /[^A-Za-z']/.exec(shortTimePattern)?.[0] ?? ":",
        fullDateTimePattern: `${longDatePattern} ${longTimePattern}`,
        longDatePattern,
        longTimePattern,
        monthDayPattern: patternOf(locale, { month: "long", day: "numeric" }),
        shortDatePattern,
        shortTimePattern,
        sortableDateTimePattern: "yyyy'-'MM'-'dd'T'HH':'mm':'ss",
        universalSortableDateTimePattern: "yyyy'-'MM'-'dd HH':'mm':'ss'Z'",
        yearMonthPattern: patternOf(locale, { year: "numeric", month: "long" }),
    };
}

const CALENDAR: ComponentFramework.UserSettingApi.Calendar = {
    minSupportedDateTime: new Date("0001-01-01T00:00:00Z"),
    maxSupportedDateTime: new Date("9999-12-31T23:59:59Z"),
    algorithmType: 1,
    calendarType: 1,
    twoDigitYearMax: 2049,
};

function partOf(locale: string, date: Date, options: Intl.DateTimeFormatOptions, type?: string): string {
    const parts = new Intl.DateTimeFormat(locale, options).formatToParts(date);
    return type ? (parts.find((part) => part.type === type)?.value ?? "") : parts.map(({ value }) => value).join("");
}

function patternOf(locale: string, options: Intl.DateTimeFormatOptions): string {
    const { hour12 } = new Intl.DateTimeFormat(locale, options).resolvedOptions();
    const spell = ({ type, value }: Intl.DateTimeFormatPart): string => {
        const letters: Partial<Record<Intl.DateTimeFormatPartTypes, string>> = {
            weekday: "dddd",
            day: options.day === "2-digit" ? "dd" : "d",
            month: { "long": "MMMM", "2-digit": "MM" }[String(options.month)] ?? "M",
            year: "yyyy",
            hour: (hour12 ? "h" : "H").repeat(options.hour === "2-digit" ? 2 : 1),
            minute: "mm",
            second: "ss",
            dayPeriod: "tt",
        };
        return letters[type] ?? value.replace(/\p{L}+/gu, "'$&'").replace(/\s/g, " ");
    };
    return new Intl.DateTimeFormat(locale, options).formatToParts(AFTERNOON).map(spell).join("");
}

function firstDayOf(locale: string): ComponentFramework.UserSettingApi.Types.DayOfWeek {
    const known = new Intl.Locale(locale) as Intl.Locale & { getWeekInfo?(): { firstDay: number }; weekInfo?: { firstDay: number } };
    const { firstDay } = known.getWeekInfo?.() ?? known.weekInfo ?? { firstDay: 7 };
    return (firstDay % 7) as ComponentFramework.UserSettingApi.Types.DayOfWeek;
}
