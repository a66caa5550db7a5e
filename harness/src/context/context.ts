import { guard } from "./guard";
import { makeDevice } from "./device";
import { makeFormatting } from "./formatting";
import type { ContextHost } from "./host";
import { makeNavigation } from "./navigation";
import { makeResources } from "./resources";
import { makeTheme } from "./theme";
import { makeUserSettings } from "./userSettings";
import { makeUtility } from "./utility";

export type Context = ComponentFramework.Context<Record<string, object>>;

/** The context of one call: what it holds is what the host's state is then. */
export function makeContext(host: ContextHost, parameters: Record<string, object>, updatedProperties: string[]): Context {
    const { call, manifest, owner, state } = host;
    const report = (misuse: string): void => owner.report(misuse);
    const watched = <T extends object>(part: T, name: string): T => guard(part, `context.${name}`, report);
    const members = {
        copilot: undefined,
        client: watched(makeClient(host), "client"),
        device: watched(makeDevice(host), "device"),
        events: watched(Object.fromEntries(manifest.events.map((name) => [name, (given?: unknown) => call(`events.${name}`, given)])), "events"),
        factory: watched(makeFactory(host), "factory"),
        fluentDesignLanguage: watched(makeTheme(state), "fluentDesignLanguage"),
        formatting: watched(makeFormatting(state), "formatting"),
        mode: watched(makeMode(host), "mode"),
        navigation: watched(makeNavigation(host), "navigation"),
        parameters: watched(watchedEach(parameters, watched), "parameters"),
        resources: watched(makeResources(host), "resources"),
        updatedProperties,
        userSettings: watched(makeUserSettings(host), "userSettings"),
        get utils() {
            return host.has("Utility") ? watched(makeUtility(host), "utils") : undefined;
        },
        get webAPI() {
            return host.has("WebAPI") ? watched(host.webAPI, "webAPI") : undefined;
        },
    };
    return guard(members, "context", report) as unknown as Context;
}

function watchedEach<T extends object>(parts: Record<string, T>, watched: (part: T, name: string) => T): Record<string, T> {
    return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, watched(part, `parameters.${name}`)]));
}

function makeClient({ state }: ContextHost): ComponentFramework.Client {
    return {
        disableScroll: false,
        getFormFactor: () => state.formFactor,
        getClient: () => state.client,
        isOffline: () => state.offline,
        isNetworkAvailable: () => !state.offline,
    };
}

function makeMode({ call, keepState, setFullScreen, state, track }: ContextHost): ComponentFramework.Mode {
    return {
        allocatedHeight: state.height,
        allocatedWidth: state.width,
        isControlDisabled: state.disabled || state.readOnly,
        isVisible: state.visible,
        label: state.label,
        setControlState: (kept) => {
            call("mode.setControlState", kept);
            keepState(kept);
            return true;
        },
        setFullScreen: (full) => {
            call("mode.setFullScreen", full);
            setFullScreen(full);
        },
        trackContainerResize: (resize) => {
            call("mode.trackContainerResize", resize);
            track(resize);
        },
    };
}

function makeFactory({ call, popups, update }: ContextHost): ComponentFramework.Factory {
    return {
        getPopupService: () => popups,
        requestRender: () => {
            call("factory.requestRender");
            update();
        },
    };
}
