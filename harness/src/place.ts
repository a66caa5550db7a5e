import { makeTheme } from "./context/theme";
import { isRightToLeft } from "./languages";
import type { HarnessOptions, HostState } from "./options";

/** Where a control stands in the page: its container, with the css beside it. */
export class Place {
    readonly root = document.createElement("div");
    readonly container = document.createElement("div");

    constructor(options: HarnessOptions, fullName: string) {
        this.container.className = fullName;
        for (const text of options.css ?? []) {
            const style = document.createElement("style");
            style.textContent = text;
            this.root.append(style);
        }
        this.root.append(this.container);
        options.container.append(this.root);
    }

    /** Looks as the host's state says; a size of -1 is left to the page. */
    show({ darkTheme, height, highContrast, language, rtl, visible, width }: HostState): void {
        const { tokenTheme } = makeTheme({ darkTheme, highContrast } as HostState);
        const isDark = darkTheme || highContrast;
        this.root.dir = (rtl ?? isRightToLeft(language)) ? "rtl" : "ltr";
        this.root.hidden = !visible;
        this.root.style.backgroundColor = isDark ? tokenTheme.colorNeutralBackground1 : "";
        this.root.style.color = isDark ? tokenTheme.colorNeutralForeground1 : "";
        this.root.style.width = width < 0 ? "" : `${width}px`;
        this.root.style.height = height < 0 ? "" : `${height}px`;
    }

    set isFullScreen(full: boolean) {
        const [position, inset, overflow, zIndex] = full ? ["fixed", "0", "auto", "1"] : ["", "", "", ""];
        Object.assign(this.root.style, { position, inset, overflow, zIndex });
    }

    /** Takes the place out of the page; how many nodes were left in the container. */
    remove(): number {
        const left = this.container.querySelectorAll("*").length;
        this.root.remove();
        return left;
    }
}
