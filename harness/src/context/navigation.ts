import type { ContextHost } from "./host";

/** `context.navigation`: every call is noted, nothing is opened. */
export function makeNavigation({ answer, call, options }: ContextHost): ComponentFramework.Navigation {
    const answers = options.answers ?? {};
    const note = (name: string, ...given: unknown[]): Promise<void> => {
        call(`navigation.${name}`, ...given);
        return answer(() => undefined);
    };
    return {
        openAlertDialog: (...given) => note("openAlertDialog", ...given),
        openConfirmDialog: async (...given) => {
            await note("openConfirmDialog", ...given);
            return { confirmed: answers.confirm ?? false };
        },
        openErrorDialog: (...given) => note("openErrorDialog", ...given),
        openFile: (...given) => note("openFile", ...given),
        openForm: async (...given) => {
            await note("openForm", ...given);
            return { savedEntityReference: structuredClone([...(answers.savedForm ?? [])]) };
        },
        openUrl: (...given) => void note("openUrl", ...given),
        openWebResource: (...given) => void note("openWebResource", ...given),
    };
}
