import { IInputs, IOutputs } from "./generated/ManifestTypes";

/** How many steps a tick may stand for. */
const STRIDES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
/** A host hands a written value back within this time; later it is a change of its own. */
const ECHO_MS = 1000;

/**
 * A native input, invisible, over a drawn track: gestures of phones' screen readers do not reach a `role="slider"`,
 * and a native track shows neither "no value" nor a value outside its limits.
 */
export class VolumeSlider implements ComponentFramework.StandardControl<IInputs, IOutputs> {
    private readonly lifetime = new AbortController();
    private readonly slider = document.createElement("input");
    private readonly clear = document.createElement("button");
    private notifyOutputChanged: () => void;
    private readonly ticks = div("ticks");
    private readonly track = div("track", div("rail"), div("fill"), this.ticks, this.slider, div("thumb"));
    private readonly lowest = div("limit");
    private readonly highest = div("limit");
    private readonly text = div("text");
    private readonly message = div("message");
    private root: HTMLDivElement;
    private context: ComponentFramework.Context<IInputs>;
    private scale: ReturnType<typeof scaleOf>;
    private value: number | null = null;
    private moving = false;
    private received: number | null = null;
    private sent: (number | null)[] = [];
    private sentAt = 0;

    public init(
        context: ComponentFramework.Context<IInputs>,
        notifyOutputChanged: () => void,
        state: ComponentFramework.Dictionary,
        container: HTMLDivElement
    ): void {
        context.mode.trackContainerResize(true);
        const stage = div("stage", this.track, div("limits", this.lowest, this.highest));
        const line = div("line", stage, this.text);
        this.root = div("slider", line, this.message);
        setAttributes(this.message, { "aria-live": "polite" });
        setAttributes(this.slider, { type: "range", class: "input" });
        setAttributes(this.clear, { type: "button", class: "clear" });
        line.append(this.clear);
        this.notifyOutputChanged = notifyOutputChanged;
        this.listen();
        container.append(this.root);
    }

    public updateView(context: ComponentFramework.Context<IInputs>): void {
        this.context = context;
        const { min, max, step, value } = context.parameters;
        // A form leaves an input that was not set null instead of giving the manifest's default.
        this.scale = scaleOf(
            min.raw ?? 0,
            max.raw ?? 100,
            step.raw ?? 5
        );
        this.receive(value.raw ?? null);
        this.render();
    }

    public getOutputs(): IOutputs {
        // The host clears the column on null, which the generated type does not allow for.
        return { value: this.value ?? (null as unknown as undefined) };
    }

    public destroy(): void {
        this.lifetime.abort();
        this.root.remove();
    }

    private render(): void {
        const { fluentDesignLanguage, parameters, userSettings } = this.context;
        const readable = parameters.value.security?.readable !== false;
        const problem = this.problem();
        const states = {
            dark: fluentDesignLanguage?.isDarkTheme === true,
            empty: this.value === null,
            telling: parameters.showValue.raw ?? true,
            ticked: parameters.showTicks.raw ?? true,
            unusable: !readable || this.scale.count < 1,
            wrong: readable && problem !== "",
            editable: this.isEditable(),
            moving: this.moving,
        };
        Object.entries(states).forEach(([name, on]) => this.root.classList.toggle(name, on));
        setAttributes(this.root, { dir: userSettings.isRTL ? "rtl" : "ltr" });
        setText(this.message, problem);
        if (!states.unusable) {
            this.drawScale();
            this.drawValue(problem);
        }
    }

    private drawScale(): void {
        const { mode } = this.context;
        const { min, max, step, count } = this.scale;
        setText(this.lowest, this.format(min));
        setText(this.highest, this.format(max));
        // The track must keep its length while the value changes.
        this.text.style.setProperty("--chars", String(this.format(max).length));
        const ticks = Math.max(200, mode.allocatedWidth) / 10;
        const stride = STRIDES.find((steps) => count / steps <= ticks) ?? count;
        const spaces = Math.floor(count / stride);
        this.ticks.style.setProperty("--place", String((spaces * stride * step) / (max - min)));
        if (this.ticks.childElementCount !== spaces + 1) {
            this.ticks.replaceChildren(...Array.from({ length: spaces + 1 }, () => div("tick")));
        }
    }

    private drawValue(problem: string): void {
        const { scale, slider, value } = this;
        const inside = Math.min(scale.max, Math.max(scale.min, value ?? scale.min));
        const text = value === null ? this.say("empty") : this.format(value);
        this.track.style.setProperty("--place", String((inside - scale.min) / (scale.max - scale.min)));
        setAttributes(this.track, { "data-text": text });
        setText(this.text, text);
        setAttributes(slider, {
            "aria-label": this.context.mode.label || this.say("label"),
            "aria-valuetext": problem === "" ? text : `${text}. ${problem}`,
            "aria-invalid": problem !== "",
            "aria-readonly": !this.isEditable(),
            min: scale.min,
            max: scale.max,
            // The native input would move a stored value between two steps to the nearer one.
            step: Number.isInteger(scale.indexOf(inside)) ? scale.step : "any",
        });
        slider.value = String(inside);
        setAttributes(this.clear, { "aria-label": this.say("clear") });
        this.clear.disabled = value === null || !this.isEditable();
    }

    /** What must be known beside the value; empty when all is well. */
    private problem(): string {
        const { error, errorMessage, security } = this.context.parameters.value;
        const { min, max, count } = this.scale;
        const value = this.value ?? min;
        if (security?.readable === false || count < 1) {
            return this.say(count < 1 ? "badLimits" : "noAccess");
        }
        const outside = value < min || value > max;
        const told = outside ? this.say("outside", this.format(value), this.format(min), this.format(max)) : "";
        return error ? errorMessage : told;
    }

    /** The number as the user writes numbers, with its unit and all its decimal places. */
    private format(value: number): string {
        const { formatting, parameters } = this.context;
        const digits = Math.max(this.scale.digits, digitsOf(value));
        const figure = digits === 0 ? formatting.formatInteger(value) : formatting.formatDecimal(value, digits);
        const unit = parameters.unit.raw ?? "%";
        return unit === "" ? figure : this.say(unit === "%" ? "percent" : "withUnit", figure, unit);
    }

    private say(name: string, ...values: string[]): string {
        const text = this.context.resources.getString(`Text_${name}`);
        return text.replace(/\{(\d)\}/g, (_, index) => values[Number(index)]);
    }

    private isEditable(): boolean {
        const { mode, parameters } = this.context;
        return this.scale.count > 0 && !mode.isControlDisabled && parameters.value.security?.editable !== false;
    }

    private listen(): void {
        const { signal } = this.lifetime;
        this.clear.addEventListener("click", () => this.onClear(), { signal });
        this.slider.addEventListener("input", () => this.onInput(), { signal });
        this.slider.addEventListener("click", () => this.onClick(), { signal });
        this.slider.addEventListener("keydown", (event) => this.onKeyDown(event), { signal });
        for (const end of ["change", "keyup", "blur"]) {
            this.slider.addEventListener(end, () => this.send(), { signal });
        }
    }

    private onInput(): void {
        const { scale, slider } = this;
        this.choose(scale.valueAt(Math.round(scale.indexOf(slider.valueAsNumber))));
    }

    /** The native input is silent when its own thumb stands already where it was pressed. */
    private onClick(): void {
        if (this.value !== this.slider.valueAsNumber) {
            this.onInput();
            this.send();
        }
    }

    /** Browsers differ in their keys, and none leads on from "no value". */
    private onKeyDown(event: KeyboardEvent): void {
        const next = event.altKey || event.ctrlKey || event.metaKey ? undefined : this.valueAfter(event.key);
        if (next !== undefined) {
            event.preventDefault();
            this.choose(next);
        }
    }

    /** What a key asks for; undefined where it asks nothing. Right and left follow the reading direction. */
    private valueAfter(key: string): number | null | undefined {
        const { scale, value } = this;
        const index = value === null ? -Infinity : scale.indexOf(value);
        const [, kind, way] = /^(Arrow|Page)(\w+)$/.exec(key) ?? [];
        if (kind) {
            const steps = kind === "Page" ? Math.max(1, Math.round(scale.count / 10)) : 1;
            const up = ["Up", this.context.userSettings.isRTL ? "Left" : "Right"].includes(way);
            return scale.valueAt(up ? Math.floor(index) + steps : Math.ceil(index) - steps);
        }
        if (key === "Home" || key === "End") {
            return scale.valueAt(key === "Home" ? 0 : scale.count);
        }
        return key === "Delete" || key === "Backspace" ? null : undefined;
    }

    private onClear(): void {
        this.choose(null);
        this.send();
        this.slider.focus();
    }

    private choose(value: number | null): void {
        if (this.isEditable() && value !== this.value) {
            this.value = value;
            this.moving = true;
        }
        this.render();
    }

    /** Tells the host once the hand is off: a key held down or a long drag is one change. */
    private send(): void {
        if (this.moving) {
            this.moving = false;
            this.sent = [...this.inFlight(), this.value];
            this.sentAt = Date.now();
            this.notifyOutputChanged();
            this.render();
        }
    }

    /** Takes the host's value, unless it is old, the echo of one sent from here, or the slider is moving. */
    private receive(raw: number | null): void {
        if (raw === this.received || this.moving) {
            return;
        }
        this.received = raw;
        const echo = this.inFlight().indexOf(raw);
        if (echo < 0) {
            this.value = raw;
            this.sent = [];
        } else {
            this.sent = this.sent.slice(echo + 1);
        }
    }

    private inFlight(): (number | null)[] {
        return Date.now() - this.sentAt < ECHO_MS ? this.sent : [];
    }
}

/** The values to choose from, `count` steps above min; none when the limits are wrong. */
function scaleOf(min: number, max: number, step: number) {
    const count = step > 0 ? Math.floor(round((max - min) / step)) : 0;
    const digits = Math.max(digitsOf(min), digitsOf(step));
    const indexOf = (value: number) => round((value - min) / step);
    const valueAt = (index: number) => Number((min + Math.min(count, Math.max(0, index)) * step).toFixed(digits));
    return { min, max, step, count, digits, indexOf, valueAt };
}

function digitsOf(value: number): number {
    return String(value).split(".")[1]?.length ?? 0;
}

/** Takes away what binary arithmetic adds: 0.3 / 0.1 is 2.9999999999999996. */
function round(value: number): number {
    return Number(value.toFixed(10));
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

function setAttributes(element: HTMLElement, values: Record<string, string | number | boolean>): void {
    for (const [name, value] of Object.entries(values)) {
        if (element.getAttribute(name) !== String(value)) {
            element.setAttribute(name, String(value));
        }
    }
}
