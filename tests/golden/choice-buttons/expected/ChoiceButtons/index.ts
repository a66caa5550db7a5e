import { IInputs, IOutputs } from "./generated/ManifestTypes";

type Option = ComponentFramework.PropertyHelper.OptionMetadata;

const LAYOUTS = ["horizontal", "vertical", "wrap"];
const SIZES = ["small", "medium", "large"];
/** Some hosts say "no choice" with this value, and list it as an option. */
const NONE = -1;
/** A host hands a written value back within this time; what comes later is a change of its own. */
const ECHO_MS = 1000;
const COLOR = /^#[\da-f]{6}$/i;

let instances = 0;

/**
 * A group of radio buttons, one for each option of the column. A stored value that is none of them gets a button of
 * its own, so that it is seen and stays until another one is chosen.
 */
export class ChoiceButtons implements ComponentFramework.StandardControl<IInputs, IOutputs> {
    private readonly lifetime = new AbortController();
    private context: ComponentFramework.Context<IInputs>;
    private notifyOutputChanged: () => void;
    private container: HTMLDivElement;
    private root: HTMLDivElement;
    private group: HTMLDivElement;
    private message: HTMLDivElement;
    private clear: HTMLButtonElement;
    private options: Option[] = [];
    private buttons: HTMLButtonElement[] = [];
    private value: number | null = null;
    private unsent = false;
    /** What the host gave last, and what was sent to it and has not come back yet. */
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
        this.notifyOutputChanged = notifyOutputChanged;
        this.container = container;
        this.root = make("div", "choice-buttons");
        this.group = make("div", "group");
        this.group.setAttribute("role", "radiogroup");
        this.message = make("div", "message");
        this.message.id = `choice-buttons-${++instances}`;
        this.message.setAttribute("aria-live", "polite");
        this.group.setAttribute("aria-describedby", this.message.id);
        this.root.append(this.group);
        this.clear = make("button", "clear");
        this.clear.type = "button";
        this.root.append(this.clear);
        this.root.append(this.message);
        container.append(this.root);
        this.listen();
    }

    public updateView(context: ComponentFramework.Context<IInputs>): void {
        this.context = context;
        const { raw } = context.parameters.value;
        this.receive(raw === NONE ? null : (raw ?? null));
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

    /** Makes the buttons, again only when the options change. */
    private build(): void {
        const options = this.findOptions();
        if (JSON.stringify(options) !== JSON.stringify(this.options)) {
            const focused = this.group.matches(":focus-within");
            this.options = options;
            this.buttons = options.map(makeButton);
            this.group.replaceChildren(...this.buttons);
            if (focused) {
                this.tabStop()?.focus();
            }
        }
    }

    private findOptions(): Option[] {
        const { attributes, formatted, raw } = this.context.parameters.value;
        const options = (attributes?.Options ?? []).filter(({ Value }) => Value !== NONE);
        const known = new Set([null, ...options.map(({ Value }) => Value)]);
        const strays = [...new Set([this.received, this.value])].filter((value) => !known.has(value)) as number[];
        const labelOf = (value: number): string => (value === raw ? (formatted ?? "") : "");
        const unknown = (value: number): string => labelOf(value) || this.say("unknown", String(value));
        return [...options, ...strays.map((Value) => ({ Value, Label: unknown(Value), Color: "" }))];
    }

    private render(): void {
        const { fluentDesignLanguage, mode, parameters, userSettings } = this.context;
        const { error, errorMessage, security } = parameters.value;
        const readable = security?.readable !== false;
        const editable = this.isEditable();
        this.root.classList.toggle("dark", fluentDesignLanguage?.isDarkTheme === true);
        this.root.classList.toggle("editable", editable);
        const shown = readable && this.options.length > 0;
        setAttribute(this.group, "hidden", shown ? null : "");
        setAttribute(this.root, "dir", userSettings.isRTL ? "rtl" : "ltr");
        setAttribute(this.root, "data-layout", oneOf(LAYOUTS, parameters.layout.raw) ?? "wrap");
        setAttribute(this.root, "data-size", oneOf(SIZES, parameters.size.raw) ?? "medium");
        setAttribute(this.group, "aria-label", mode.label || this.say("groupLabel"));
        setAttribute(this.group, "aria-readonly", String(!editable));
        setAttribute(this.group, "aria-required", String(editable && this.isRequired()));
        setAttribute(this.group, "aria-invalid", String(error));
        const tabStop = this.tabStop();
        this.buttons.forEach((button, index) => {
            setAttribute(button, "aria-checked", String(this.options[index].Value === this.value));
            setAttribute(button, "tabindex", button === tabStop ? "0" : "-1");
        });
        setText(this.clear, this.say("clear"));
        setAttribute(this.clear, "hidden", shown && this.value !== null && this.isClearable() ? null : "");
        const nothing = this.options.length === 0 ? this.say("noOptions") : "";
        setText(this.message, readable ? (error ? errorMessage : nothing) : this.say("noAccess"));
    }

    /** The one button that Tab reaches: the chosen one, or else the one with the focus, or else the first. */
    private tabStop(): HTMLButtonElement | undefined {
        const chosen = this.options.findIndex(({ Value }) => Value === this.value);
        return this.buttons[chosen] ?? this.buttons.find((button) => button.matches(":focus")) ?? this.buttons[0];
    }

    private say(name: string, ...values: string[]): string {
        const text = this.context.resources.getString(`Text_${name}`);
        return values.reduce((said, value, index) => said.replace(`{${index}}`, () => value), text);
    }

    private isEditable(): boolean {
        const { mode, parameters } = this.context;
        const { security } = parameters.value;
        const allowed = security?.editable !== false && security?.readable !== false;
        return allowed && !mode.isControlDisabled;
    }

    private isRequired(): boolean {
        const level = this.context.parameters.value.attributes?.RequiredLevel;
        return level === 1 || level === 2;
    }

    private isClearable(): boolean {
        return this.isEditable() && !this.isRequired();
    }

    private listen(): void {
        const { signal } = this.lifetime;
        this.group.addEventListener("click", (event) => this.onClick(event), { signal });
        this.group.addEventListener("keydown", (event) => this.onKeyDown(event), { signal });
        this.group.addEventListener("keyup", () => this.send(), { signal });
        this.group.addEventListener("focusout", (event) => this.onFocusOut(event), { signal });
        this.clear.addEventListener("click", () => this.onClear(), { signal });
    }

    private onClick(event: MouseEvent): void {
        const at = this.buttons.findIndex((button) => button.contains(event.target as Node));
        if (at < 0 || !this.isEditable()) {
            return;
        }
        const value = this.options[at].Value;
        // Only a first click of the pointer takes back: a second one is a double click, a key press confirms.
        const again = value === this.value && event.detail === 1 && this.isClearable();
        this.choose(again ? null : value);
        this.send();
    }

    private onClear(): void {
        this.choose(null);
        this.send();
        this.tabStop()?.focus();
    }

    private onKeyDown(event: KeyboardEvent): void {
        const at = this.buttons.indexOf(event.target as HTMLButtonElement);
        if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) {
            return;
        }
        const count = this.buttons.length;
        const next = this.indexAfter(event.key, at);
        if (next !== null) {
            const index = (next + count) % count;
            event.preventDefault();
            this.buttons[index].focus();
            if (this.isEditable()) {
                this.choose(this.options[index].Value);
            }
        } else if ((event.key === "Delete" || event.key === "Backspace") && this.isClearable()) {
            this.choose(null);
        }
    }

    /** Where a key leads; null where it leads nowhere. Right and left follow the reading direction. */
    private indexAfter(key: string, at: number): number | null {
        const { isRTL } = this.context.userSettings;
        switch (key) {
            case "ArrowDown":
            case isRTL ? "ArrowLeft" : "ArrowRight":
                return at + 1;
            case "ArrowUp":
            case isRTL ? "ArrowRight" : "ArrowLeft":
                return at - 1;
            case "Home":
                return 0;
            case "End":
                return -1;
            default:
                return null;
        }
    }

    private onFocusOut(event: FocusEvent): void {
        if (!this.group.contains(event.relatedTarget as Node | null)) {
            this.send();
        }
    }

    private choose(value: number | null): void {
        if (value !== this.value) {
            this.value = value;
            this.unsent = true;
            this.render();
        }
    }

    /** Tells the host once the hand is off: a key held down is one change, not thirty. */
    private send(): void {
        if (this.unsent) {
            this.unsent = false;
            this.sent.push(this.value);
            this.sentAt = Date.now();
            this.notifyOutputChanged();
        }
    }

    /** Takes the host's value, unless it is an old one or the echo of one that was sent from here. */
    private receive(raw: number | null): void {
        if (raw === this.received) {
            return;
        }
        this.received = raw;
        const echo = Date.now() - this.sentAt < ECHO_MS ? this.sent.indexOf(raw) : -1;
        this.sent.splice(0, echo < 0 ? this.sent.length : echo + 1);
        if (echo < 0) {
            this.value = raw;
            this.unsent = false;
        }
    }
}

function make<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, className: string): HTMLElementTagNameMap[Tag] {
    const element = document.createElement(tag);
    element.className = className;
    return element;
}

function makeButton({ Color, Label, Value }: Option): HTMLButtonElement {
    const button = make("button", "choice");
    button.type = "button";
    button.setAttribute("role", "radio");
    button.append(make("span", "mark"));
    if (COLOR.test(Color)) {
        const swatch = make("span", "swatch");
        swatch.style.backgroundColor = Color;
        button.append(swatch);
    }
    const label = make("span", "label");
    label.textContent = Label || String(Value);
    button.append(label);
    return button;
}

/** A canvas app gives an Enum whatever text the maker typed. */
function oneOf(names: string[], asked: string | null): string | undefined {
    return names.find((name) => name === asked?.toLowerCase());
}

/** Touches the document only where something changes; null takes the attribute away. */
function setAttribute(element: Element, name: string, value: string | null): void {
    if (value === null) {
        element.removeAttribute(name);
    } else if (element.getAttribute(name) !== value) {
        element.setAttribute(name, value);
    }
}

function setText(element: Element, text: string): void {
    if (element.textContent !== text) {
        element.textContent = text;
    }
}
