import { localeOf } from "../languages";
import type { HostState } from "../options";

type NumberFormattingInfo = ComponentFramework.UserSettingApi.NumberFormattingInfo;

/** `userSettings.numberFormattingInfo`: the signs of the user's language, the symbol of the organisation's currency. */
export function makeNumberFormattingInfo({ currencySymbol, language }: HostState): NumberFormattingInfo {
    const locale = localeOf(language);
    const parts = new Intl.NumberFormat(locale, { minimumFractionDigits: 1 }).formatToParts(-1234567.5);
    const part = (type: string): string => parts.find((candidate) => candidate.type === type)?.value ?? "";
    const [decimal, group, minus] = [part("decimal"), part("group"), part("minusSign")];
    const digits = new Intl.NumberFormat(locale, { useGrouping: false });
    return {
        currencyDecimalDigits: 2,
        currencyDecimalSeparator: decimal,
        currencyGroupSeparator: group,
        currencyGroupSizes: [3],
        // As .NET numbers them: "($n)" and "-n $", "$n" and "n $".
        currencyNegativePattern: leads(locale) ? (locale === "en-US" ? 0 : 1) : 8,
        currencyPositivePattern: leads(locale) ? 0 : 3,
        currencySymbol,
        nanSymbol: "NaN",
        nativeDigits: Array.from({ length: 10 }, (_, digit) => digits.format(digit)),
        negativeInfinitySymbol: `${minus}∞`,
        negativeSign: minus,
        numberDecimalDigits: 2,
        numberDecimalSeparator: decimal,
        numberGroupSeparator: group,
        numberGroupSizes: [3],
        numberNegativePattern: 1,
        perMilleSymbol: "‰",
        percentDecimalDigits: 2,
        percentDecimalSeparator: decimal,
        percentGroupSeparator: group,
        percentGroupSizes: [3],
        percentNegativePattern: 0,
        percentPositivePattern: 0,
        percentSymbol: "%",
        positiveInfinitySymbol: "∞",
        positiveSign: "+",
    };
}

function leads(locale: string): boolean {
    const parts = new Intl.NumberFormat(locale, { style: "currency", currency: "USD" }).formatToParts(1);
    return parts.findIndex(({ type }) => type === "currency") < parts.findIndex(({ type }) => type === "integer");
}
