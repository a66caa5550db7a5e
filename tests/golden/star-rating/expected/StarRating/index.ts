import { IInputs, IOutputs } from "./generated/ManifestTypes";

const SVG = "http://www.w3.org/2000/svg";
/** The outline of one star on a field of 24 by 24. */
const STAR = "M12 2.6 14.9 8.6 21.5 9.5 16.7 14.1 17.9 20.7 12 17.5 6.1 20.7 7.3 14.1 2.5 9.5 9.1 8.6Z";
/** The smallest part of a star to choose. */
const STEP = 1;
/** A host hands a sent value back within this time; later it is a change of its own. */
const ECHO_MS = 1000;

let instances = 0;

/**
 * Radio buttons drawn as stars, and not a slider: a screen reader can choose each value by touch, "none" and "required"
 * can be said, and half stars are only more buttons. Read-only they are one picture, named by its value.
 */
export class StarRating implements ComponentFramework.StandardControl<IInputs, IOutputs> {
    private context: ComponentFramework.Context<IInputs>;
    private container: HTMLDivElement;
    private root: HTMLDivElement;
    private stars: HTMLDivElement;
    private message: HTMLDivElement;
    private fills: HTMLDivElement[] = [];
    private value: number | null = null;
    private readonly lifetime = new AbortController();
    private notifyOutputChanged: () => void;
    private status: HTMLDivElement;
    private steps: HTMLDivElement[] = [];
    private preview: number | null = null;
    /** What the host gave last, and what was sent to it and has not come back yet. */
    private received: number | null = null;
    private sent: (number | null)[] = [];
    private sentAt = 0;
    private unsent = false;

    public init(
        context: ComponentFramework.Context<IInputs>,
        notifyOutputChanged: () => void,
        state: ComponentFramework.Dictionary,
        container: HTMLDivElement
    ): void {
        this.context = context;
        this.container = container;
        this.root = div("rating");
        this.stars = div("stars");
        this.message = div("message");
        this.message.id = `star-rating-${++instances}`;
        this.message.setAttribute("aria-live", "polite");
        this.stars.setAttribute("aria-describedby", this.message.id);
        this.root.append(this.stars, this.message);
        this.status = div("status");
        this.status.setAttribute("aria-live", "polite");
        this.root.append(this.status);
        container.append(this.root);
        this.notifyOutputChanged = notifyOutputChanged;
        this.listen();
    }

    public updateView(context: ComponentFramework.Context<IInputs>): void {
        this.context = context;
        this.receive(context.parameters.value.raw ?? null);
        this.build();
        this.render();
    }

    public getOutputs(): IOutputs {
        // The host clears the column on null, which the generated type does not allow for.
        return { value: this.value ?? (null as unknown as undefined) };
    }

    public destroy(): void {
        this.lifetime.abort();
        this.container.replaceChildren();
    }

    /** Makes the stars anew when their number changes. */
    private build(): void {
        const count = this.count();
        if (count !== this.fills.length) {
            this.fills = [];
            this.steps = [];
            this.stars.replaceChildren(...Array.from({ length: count }, () => this.makeStar()));
        }
    }

    private makeStar(): HTMLDivElement {
        const star = div("star");
        const fill = div("fill");
        fill.append(shape());
        star.append(shape(), fill);
        this.fills.push(fill);
        for (let part = STEP; part <= 1; part += STEP) {
            const step = div("step");
            star.append(step);
            this.steps.push(step);
        }
        return star;
    }

    private render(): void {
        const { fluentDesignLanguage, parameters, userSettings } = this.context;
        const { error, errorMessage, security } = parameters.value;
        const readable = security?.readable !== false;
        setAttribute(this.root, "dir", userSettings.isRTL ? "rtl" : "ltr");
        setAttribute(this.root, "data-size", this.size());
        this.root.classList.toggle("dark", fluentDesignLanguage?.isDarkTheme === true);
        this.stars.hidden = !readable;
        setText(this.message, readable ? (error ? errorMessage : "") : this.say("noAccess"));
        if (this.isEditable()) {
            this.describeChoice();
        } else {
            this.describePicture();
        }
        this.draw();
    }

    private describePicture(): void {
        const label = this.context.mode.label || this.say("groupLabel");
        setAttribute(this.stars, "role", "img");
        setAttribute(this.stars, "aria-label", this.say("readOnlyLabel", label, this.describe(this.value)));
        setAttribute(this.stars, "tabindex", "0");
        unset(this.stars, "aria-required", "aria-invalid");
        this.steps.forEach((step) => unset(step, "aria-label", "aria-checked", "role", "tabindex"));
    }

    private describeChoice(): void {
        const { mode, parameters } = this.context;
        setAttribute(this.stars, "role", "radiogroup");
        setAttribute(this.stars, "aria-label", mode.label || this.say("groupLabel"));
        unset(this.stars, "tabindex");
        const level = parameters.value.attributes?.RequiredLevel;
        setAttribute(this.stars, "aria-required", String(level === 1 || level === 2));
        setAttribute(this.stars, "aria-invalid", String(parameters.value.error));
        const tabStop = this.stepNearValue();
        this.steps.forEach((step, index) => {
            const value = (index + 1) * STEP;
            setAttribute(step, "role", "radio");
            setAttribute(step, "aria-label", this.describe(value));
            setAttribute(step, "aria-checked", String(value === this.value));
            setAttribute(step, "tabindex", step === tabStop ? "0" : "-1");
        });
    }

    /** Fills the stars; an average fills its last one in part. */
    private draw(): void {
        const shown = this.preview ?? this.value;
        this.root.classList.toggle("previewing", this.preview !== null);
        this.root.classList.toggle("editable", this.isEditable());
        this.fills.forEach((fill, index) => {
            const part = Math.min(1, Math.max(0, (shown ?? 0) - index));
            fill.style.inlineSize = `${part * 100}%`;
        });
    }

    private describe(value: number | null): string {
        return value === null ? this.say("empty") : this.say("starLabel", this.format(value), this.format(this.count()));
    }

    private format(value: number): string {
        const { formatting } = this.context;
        return Number.isInteger(value) ? formatting.formatInteger(value) : formatting.formatDecimal(value, 1);
    }

    private say(name: string, ...values: string[]): string {
        const text = this.context.resources.getString(`Text_${name}`);
        return values.reduce((said, value, index) => said.replace(`{${index}}`, value), text);
    }

    // A form leaves an input that was not set null instead of giving the manifest's default.
    private count(): number {
        const asked = Math.round(this.context.parameters.maxStars.raw ?? 5);
        return Math.min(10, Math.max(3, asked));
    }

    // A canvas app gives an Enum whatever text the maker typed.
    private size(): string {
        const asked = String(this.context.parameters.size.raw).toLowerCase();
        return ["small", "medium", "large"].includes(asked) ? asked : "medium";
    }

    private isEditable(): boolean {
        const { mode, parameters } = this.context;
        return !mode.isControlDisabled && parameters.value.security?.editable !== false;
    }

    private listen(): void {
        const { signal } = this.lifetime;
        this.stars.addEventListener("click", (event) => this.onClick(event), { signal });
        this.stars.addEventListener("keydown", (event) => this.onKeyDown(event), { signal });
        this.stars.addEventListener("keyup", () => this.send(), { signal });
        this.stars.addEventListener("focusout", (event) => this.onFocusOut(event), { signal });
        this.stars.addEventListener("pointerover", (event) => this.look(this.valueAt(event.target)), { signal });
        this.stars.addEventListener("pointerleave", () => this.look(null), { signal });
    }

    private onClick(event: MouseEvent): void {
        const value = this.valueAt(event.target);
        if (value === null || !this.isEditable()) {
            return;
        }
        const again = value === this.value;
        // The second half of a double click must not take back what the first half chose.
        if (!again || event.detail < 2) {
            this.choose(again ? null : value);
            this.send();
        }
    }

    private onKeyDown(event: KeyboardEvent): void {
        const next = this.valueAfter(event);
        if (next !== undefined && this.isEditable()) {
            event.preventDefault();
            this.choose(next);
            this.stepNearValue().focus();
        }
    }

    private onFocusOut(event: FocusEvent): void {
        if (!this.stars.contains(event.relatedTarget as Node | null)) {
            this.send();
        }
    }

    /** What a key asks for, undefined for nothing. Right and left follow the reading direction. */
    private valueAfter(event: KeyboardEvent): number | null | undefined {
        const { isRTL } = this.context.userSettings;
        const value = this.value ?? 0;
        switch (event.key) {
            case "ArrowDown":
            case isRTL ? "ArrowLeft" : "ArrowRight":
                return Math.min(this.count(), Math.floor(value / STEP) * STEP + STEP);
            case "ArrowUp":
            case isRTL ? "ArrowRight" : "ArrowLeft":
                return Math.min(this.count(), Math.max(STEP, Math.ceil(value / STEP) * STEP - STEP));
            case "Home":
                return STEP;
            case "End":
                return this.count();
            case " ":
                return this.valueAt(event.target) ?? undefined;
            case "Delete":
            case "Backspace":
                return null;
            default:
                return undefined;
        }
    }

    private valueAt(target: EventTarget | null): number | null {
        const index = this.steps.indexOf(target as HTMLDivElement);
        return index < 0 ? null : (index + 1) * STEP;
    }

    private stepNearValue(): HTMLDivElement {
        const index = Math.ceil((this.value ?? 0) / STEP) - 1;
        return this.steps[Math.min(this.steps.length - 1, Math.max(0, index))];
    }

    private look(value: number | null): void {
        this.preview = this.isEditable() ? value : null;
        this.draw();
    }

    private choose(value: number | null): void {
        if (value === this.value) {
            return;
        }
        this.value = value;
        this.unsent = true;
        this.preview = null;
        setText(this.status, value === null ? this.say("empty") : "");
        this.render();
    }

    /** Tells the host once the hand is off: a key held down is one change, not thirty. */
    private send(): void {
        if (this.unsent) {
            this.unsent = false;
            this.sent = [...this.inFlight(), this.value];
            this.sentAt = Date.now();
            this.notifyOutputChanged();
        }
    }

    /** Takes the host's value, unless it is old or the echo of one that was sent. */
    private receive(raw: number | null): void {
        if (raw === this.received) {
            return;
        }
        this.received = raw;
        const echo = this.inFlight().indexOf(raw);
        if (echo < 0) {
            this.value = raw;
            this.unsent = false;
            this.sent = [];
        } else {
            this.sent = this.sent.slice(echo + 1);
        }
    }

    private inFlight(): (number | null)[] {
        return Date.now() - this.sentAt < ECHO_MS ? this.sent : [];
    }
}

function div(className: string): HTMLDivElement {
    const element = document.createElement("div");
    element.className = className;
    return element;
}

function shape(): SVGSVGElement {
    const svg = document.createElementNS(SVG, "svg");
    const path = document.createElementNS(SVG, "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("aria-hidden", "true");
    path.setAttribute("d", STAR);
    svg.append(path);
    return svg;
}

/** Changes the document only where needed. */
function setAttribute(element: Element, name: string, value: string): void {
    if (element.getAttribute(name) !== value) {
        element.setAttribute(name, value);
    }
}

function unset(element: Element, ...names: string[]): void {
    names.forEach((name) => element.removeAttribute(name));
}

function setText(element: Element, text: string): void {
    if (element.textContent !== text) {
        element.textContent = text;
    }
}
