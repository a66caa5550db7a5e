import { IInputs, IOutputs } from "./generated/ManifestTypes";

/** How many steps a tick stands for: the fewest that leave ten pixels between two. */
const STRIDES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
/** A host hands a written value back within this time; later it is a change of its own. */
const ECHO_MS = 1000;

/**
 * An invisible native range input over a drawn track. Native, because the gestures of phones' screen readers do not
 * reach a `role="slider"`; drawn, because the native one shows neither "no value" nor a value outside its limits.
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
        this.context = context;
        context.mode.trackContainerResize(true);
        const stage = div("stage", this.track, div("limits", this.lowest, this.highest));
        const line = div("line", stage, this.text);
        this.root = div("slider", line, this.message);
        setAttributes(this.message, { "aria-live": "polite" });
        setAttributes(this.text, { "aria-hidden": "true" });
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
        const problem = readable ? this.problem() : this.say("noAccess");
        const states = {
            dark: fluentDesignLanguage?.isDarkTheme === true,
            empty: this.value === null,
            telling: parameters.showValue.raw ?? true,
            ticked: parameters.showTicks.raw ?? true,
            unusable: !readable || !this.scale.usable,
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
        // As wide as its longest text, so that the track keeps its length while the value changes.
        const texts = [this.format(min), this.format(max), this.describe(null)];
        this.text.style.minInlineSize = `${Math.max(...texts.map((text) => text.length))}ch`;
        const stride = STRIDES.find((steps) => count / steps <= Math.max(200, mode.allocatedWidth) / 10) ?? count;
        const spaces = Math.floor(count / stride);
        this.ticks.style.setProperty("--place", String((spaces * stride * step) / (max - min)));
        if (this.ticks.childElementCount !== spaces + 1) {
            this.ticks.replaceChildren(...Array.from({ length: spaces + 1 }, () => div("tick")));
        }
    }

    private drawValue(problem: string): void {
        const { scale, slider, value } = this;
        const inside = Math.min(scale.max, Math.max(scale.min, value ?? scale.min));
        const text = this.describe(value);
        this.track.style.setProperty("--place", String((inside - scale.min) / (scale.max - scale.min)));
        setAttributes(this.track, { "data-text": text });
        setText(this.text, text);
        setAttributes(slider, {
            "aria-label": this.context.mode.label || this.say("label"),
            "aria-valuetext": problem === "" ? text : `${text}. ${problem}`,
            "aria-invalid": String(problem !== ""),
            "aria-readonly": String(!this.isEditable()),
            min: String(scale.min),
            max: String(scale.max),
            // A stored value between two steps stays there: the native input would move it to the nearer one.
            step: Number.isInteger(scale.indexOf(inside)) ? String(scale.step) : "any",
        });
        slider.value = String(inside);
        setAttributes(this.clear, { "aria-label": this.say("clear") });
        this.clear.disabled = value === null || !this.isEditable();
    }

    /** What a person must know beside the value; empty when all is well. */
    private problem(): string {
        const { error, errorMessage } = this.context.parameters.value;
        const { min, max, usable } = this.scale;
        const value = this.value ?? min;
        if (!usable) {
            return this.say("badLimits");
        }
        if (error || (value >= min && value <= max)) {
            return error ? errorMessage : "";
        }
        return this.say("outside", this.format(value), this.format(min), this.format(max));
    }

    private describe(value: number | null): string {
        return value === null ? this.say("empty") : this.format(value);
    }

    /** The number in the user's way of writing, with its unit, and never with fewer decimal places than it has. */
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
        return this.scale.usable && !mode.isControlDisabled && parameters.value.security?.editable !== false;
    }

    private listen(): void {
        const { signal } = this.lifetime;
        this.slider.addEventListener("input", () => this.onInput(), { signal });
        this.slider.addEventListener("click", () => this.onClick(), { signal });
        this.slider.addEventListener("keydown", (event) => this.onKeyDown(event), { signal });
        for (const end of ["change", "keyup", "blur"]) {
            this.slider.addEventListener(end, () => this.send(), { signal });
        }
        this.clear.addEventListener("click", () => this.onClear(), { signal });
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

    /** Browsers differ in their keys, and none of them leads from "no value" to the lowest one. */
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

    /** Takes the host's value, unless it is an old one or the echo of one sent from here, or the slider is moving. */
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

/** The values that can be chosen: min, min + step, … up to the one `count` steps away. */
function scaleOf(min: number, max: number, step: number) {
    const count = Math.floor(round((max - min) / step));
    const digits = Math.max(digitsOf(min), digitsOf(step));
    const usable = step > 0 && count > 0;
    const indexOf = (value: number) => round((value - min) / step);
    const valueAt = (index: number) => Number((min + Math.min(count, Math.max(0, index)) * step).toFixed(digits));
    return { min, max, step, count, digits, usable, indexOf, valueAt };
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

function setAttributes(element: HTMLElement, values: Record<string, string>): void {
    for (const [name, value] of Object.entries(values)) {
        if (element.getAttribute(name) !== value) {
            element.setAttribute(name, value);
        }
    }
}
