import { IInputs, IOutputs } from "./generated/ManifestTypes";

const ALERTS = ["above", "below"];
const POSITIONS = ["above", "end", "inside", "below"];
const FORMS = ["percent", "value", "both"];
const SIZES = ["small", "medium", "large"];
/** Decimal places of the percentage. */
const DIGITS = 0;

/**
 * Shows how far a number has come; it never writes. A `progressbar` and not a `meter`: every screen reader knows it, and
 * it may be without a value. An empty column stands still: movement without end would promise that something goes on.
 */
export class ProgressBar implements ComponentFramework.StandardControl<IInputs, IOutputs> {
    private readonly fill = div("fill");
    private readonly bar = div("bar", this.fill);
    private readonly warnMark = div("mark");
    private readonly dangerMark = div("mark");
    private readonly label = div("label");
    private readonly state = div("state");
    private readonly message = div("message");
    private root: HTMLDivElement;
    private context: ComponentFramework.Context<IInputs>;

    public init(
        context: ComponentFramework.Context<IInputs>,
        notifyOutputChanged: () => void,
        state: ComponentFramework.Dictionary,
        container: HTMLDivElement
    ): void {
        this.context = context;
        this.root = div("progress", this.bar, div("legend", this.label, this.state), this.message);
        this.bar.append(this.warnMark, this.dangerMark);
        this.bar.style.setProperty("--ink", inkOn("#FFB900"));
        setAttribute(this.bar, "role", "progressbar");
        setAttribute(this.bar, "tabindex", "0");
        setAttribute(this.bar, "aria-valuemin", "0");
        setAttribute(this.label, "aria-hidden", "true");
        setAttribute(this.state, "aria-live", "polite");
        setAttribute(this.message, "aria-live", "polite");
        container.append(this.root);
    }

    public updateView(context: ComponentFramework.Context<IInputs>): void {
        this.context = context;
        const { fluentDesignLanguage, parameters, userSettings } = context;
        const { labelPosition, size, value } = parameters;
        const { classList } = this.root;
        const readable = value.security?.readable !== false;
        const usable = readable && this.max() > 0;
        setAttribute(this.root, "dir", userSettings.isRTL ? "rtl" : "ltr");
        setAttribute(this.root, "data-label", pick(POSITIONS, labelPosition.raw, "end"));
        setAttribute(this.root, "data-size", pick(SIZES, size.raw, "medium"));
        classList.toggle("dark", fluentDesignLanguage?.isDarkTheme === true);
        classList.toggle("empty", (value.raw ?? null) === null);
        classList.toggle("unusable", !usable);
        classList.toggle("wrong", readable && (value.error || !usable));
        if (!usable) {
            setText(this.message, this.say(readable ? "badMax" : "noAccess"));
            return;
        }
        setText(this.message, this.problem());
        this.draw();
    }

    public getOutputs(): IOutputs {
        return {};
    }

    public destroy(): void {
        this.root.remove();
    }

    private draw(): void {
        const { mode, parameters } = this.context;
        const value = parameters.value.raw ?? null;
        const max = this.max();
        const part = Math.min(1, Math.max(0, (value ?? 0) / max));
        const state = value === null ? "" : this.stateAt((100 * value) / max);
        const stateText = state === "" ? "" : this.say(state);
        const text = this.describe(value, max);
        const shown = (parameters.showValue.raw ?? true) ? text : "";
        this.bar.style.setProperty("--part", String(part));
        setAttribute(this.root, "data-state", state);
        setText(this.label, shown);
        setText(this.state, stateText);
        // Inside the bar the text stands twice: in the ink for the empty part and in that for the filled one.
        setAttribute(this.bar, "data-text", shown);
        setAttribute(this.fill, "data-text", shown);
        // Browsers leave out aria-valuetext where there is no aria-valuenow.
        const name = mode.label || this.say("label");
        setAttribute(this.bar, "aria-label", value === null ? `${name}, ${text}` : name);
        setAttribute(this.bar, "aria-valuemax", String(max));
        setAttribute(this.bar, "aria-valuenow", value === null ? null : String(round(part * max)));
        setAttribute(this.bar, "aria-valuetext", [text, stateText, this.problem()].filter(Boolean).join(". "));
        place(this.warnMark, parameters.warnAt.raw ?? 0);
        place(this.dangerMark, parameters.dangerAt.raw ?? 0);
    }

    /** The threshold that has been reached. One that is set to 0 never is. */
    private stateAt(percent: number): "danger" | "warning" | "" {
        const { alertWhen, dangerAt, warnAt } = this.context.parameters;
        const below = pick(ALERTS, alertWhen.raw, "above") === "below";
        const reached = (at: number) => at > 0 && (below ? percent <= at : percent >= at);
        if (reached(dangerAt.raw ?? 0)) {
            return "danger";
        }
        return reached(warnAt.raw ?? 0) ? "warning" : "";
    }

    /** What must be known beside the value: an error, or that the value does not end where the bar does. */
    private problem(): string {
        const { error, errorMessage, raw } = this.context.parameters.value;
        const value = raw ?? 0;
        const above = value > this.max() ? this.say("above", this.format(this.max())) : "";
        const excess = value < 0 ? this.say("below") : above;
        return error ? errorMessage : excess;
    }

    private describe(value: number | null, max: number): string {
        if (value === null) {
            return this.say("empty");
        }
        const { textForm, unit } = this.context.parameters;
        const unitText = unit.raw ?? "";
        const amount = this.say("ofMax", this.format(value), this.format(max));
        const measured = unitText === "" ? amount : this.say("withUnit", amount, unitText);
        const percent = this.say("percent", this.format(percentOf(value, max), DIGITS));
        switch (pick(FORMS, textForm.raw, "percent")) {
            case "value":
                return measured;
            case "both":
                return this.say("both", percent, measured);
            default:
                return percent;
        }
    }

    private format(value: number, digits = String(value).split(".")[1]?.length ?? 0): string {
        const { formatting } = this.context;
        return digits === 0 ? formatting.formatInteger(value) : formatting.formatDecimal(value, digits);
    }

    private say(name: string, ...values: string[]): string {
        const text = this.context.resources.getString(`Text_${name}`);
        return text.replace(/\{(\d)\}/g, (_, index) => values[Number(index)]);
    }

    // A form leaves an input that was not set null instead of giving the manifest's default.
    private max(): number {
        return this.context.parameters.max.raw ?? 100;
    }
}

/** Rounded towards zero: 99.6 % is not yet 100 %. */
function percentOf(value: number, max: number): number {
    const scale = 10 ** DIGITS;
    return Math.trunc(round((100 * scale * value) / max)) / scale;
}

/** Takes away what binary arithmetic adds: 100 * 0.29 is 28.999999999999996. */
function round(value: number): number {
    return Number(value.toPrecision(12));
}

/** Black or white; one of them stands out from any colour by 4.5 to 1 (WCAG's relative luminance). */
function inkOn(colour: string): string {
    const light = [1, 3, 5].map((at) => (parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2);
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2] > 0.18 ? "#000000" : "#FFFFFF";
}

/** A canvas app gives an Enum whatever text the maker typed, a form without a setting null. */
function pick(choices: string[], asked: string | null, usual: string): string {
    const found = String(asked).toLowerCase();
    return choices.includes(found) ? found : usual;
}

function place(mark: HTMLDivElement, percent: number): void {
    mark.style.setProperty("--at", `${percent}%`);
    mark.classList.toggle("off", percent <= 0 || percent >= 100);
}

function div(className: string, ...children: HTMLElement[]): HTMLDivElement {
    const element = document.createElement("div");
    element.className = className;
    element.append(...children);
    return element;
}

function setText(element: HTMLElement, text: string): void {
    if (element.textContent !== text) {
        element.textContent = text;
    }
}

function setAttribute(element: HTMLElement, name: string, value: string | null): void {
    if (value === null) {
        element.removeAttribute(name);
    } else if (element.getAttribute(name) !== value) {
        element.setAttribute(name, value);
    }
}
