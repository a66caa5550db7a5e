import { isRightToLeft } from "../languages";
import { makeDateFormattingInfo } from "./dates";
import type { ContextHost } from "./host";
import { makeNumberFormattingInfo } from "./numbers";

/** `context.userSettings`. */
export function makeUserSettings({ options, state }: ContextHost): ComponentFramework.UserSettings {
    return {
        dateFormattingInfo: makeDateFormattingInfo(state),
        isRTL: state.rtl ?? isRightToLeft(state.language),
        languageId: state.language,
        numberFormattingInfo: makeNumberFormattingInfo(state),
        securityRoles: [...(options.answers?.securityRoles ?? [])],
        userId: "{00000000-0000-0000-0000-0000000000aa}",
        userName: "Test User",
        getTimeZoneOffsetMinutes: (date = new Date()) => state.timeZoneOffset_min ?? -date.getTimezoneOffset(),
    };
}
