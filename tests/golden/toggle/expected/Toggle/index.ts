import { IInputs, IOutputs } from "./generated/ManifestTypes";

/** A host hands a sent value back within this time; later it is a change of its own. */
const ECHO_MS = 1000;

/**
 * A switch between the two options of a yes/no column. Where nothing may be changed it stays a switch, read-only and
 * still in the tab order, so that a screen reader finds its state.
 */
export class Toggle implements ComponentFramework.StandardControl<IInputs, IOutputs> {
    private context: ComponentFramework.Context<IInputs>;
    private container: HTMLDivElement;
    private root: HTMLDivElement;
    private line: HTMLDivElement;
    private button: HTMLButtonElement;
    private message: HTMLDivElement;
    private state: HTMLDivElement;
    private value: boolean | null = null;
    private readonly lifetime = new AbortController();
    private notifyOutputChanged: () => void;
    /** What the host gave last, and what was sent to it and has not come back yet. */
    private received: boolean | null = null;
    private sent: (boolean | null)[] = [];
    private sentAt = 0;

    public init(
        context: ComponentFramework.Context<IInputs>,
        notifyOutputChanged: () => void,
        state: ComponentFramework.Dictionary,
        container: HTMLDivElement
    ): void {
        this.context = context;
        this.container = container;
        this.root = div("toggle");
        this.line = div("line");
        this.message = div("message");
        this.message.setAttribute("aria-live", "polite");
        this.button = document.createElement("button");
        this.button.className = "switch";
        this.button.type = "button";
        this.button.setAttribute("role", "switch");
        this.button.append(div("thumb"));
        this.line.append(this.button);
        // The words repeat what the switch says of itself; a screen reader gets them as its description.
        this.state = div("state");
        this.state.setAttribute("aria-hidden", "true");
        this.line.append(this.state);
        this.root.append(this.line, this.message);
        container.append(this.root);
        this.notifyOutputChanged = notifyOutputChanged;
        this.listen();
    }

    public updateView(context: ComponentFramework.Context<IInputs>): void {
        this.context = context;
        this.receive(context.parameters.value.raw ?? null);
        this.render();
    }

    public getOutputs(): IOutputs {
        // A yes/no column holds no third value: as long as nothing is known, nothing is said.
        return this.value === null ? {} : { value: this.value };
    }

    public destroy(): void {
        this.lifetime.abort();
        this.container.replaceChildren();
    }

    private render(): void {
        const { fluentDesignLanguage, mode, parameters, userSettings } = this.context;
        const { error, errorMessage, security } = parameters.value;
        const readable = security?.readable !== false;
        const on = this.value === true;
        setAttribute(this.root, "dir", userSettings.isRTL ? "rtl" : "ltr");
        setAttribute(this.root, "data-size", this.size());
        this.root.classList.toggle("dark", fluentDesignLanguage?.isDarkTheme === true);
        this.root.classList.toggle("editable", this.isEditable());
        this.line.hidden = !readable;
        setAttribute(this.button, "aria-label", mode.label || this.say("groupLabel"));
        setAttribute(this.button, "aria-checked", String(on));
        const problem = error ? errorMessage : "";
        setAttribute(this.button, "aria-description", [this.stateText(on), problem].filter(Boolean).join(". "));
        setAttribute(this.button, "aria-readonly", String(!this.isEditable()));
        setAttribute(this.button, "aria-invalid", String(error));
        setText(this.state, this.stateText(on));
        setText(this.message, readable ? problem : this.say("noAccess"));
    }

    /** The maker's own word for a state, else the column's, else the control's. */
    private stateText(on: boolean): string {
        const { onLabel, offLabel, value } = this.context.parameters;
        // A form leaves an input that was not set null instead of giving the manifest's default.
        const own = on ? (onLabel.raw ?? "Open") : (offLabel.raw ?? "Closed");
        const option = value.attributes?.Options?.find((candidate) => candidate.Value === Number(on));
        return [own, option?.Label].find((text) => text) ?? this.say(on ? "on" : "off");
    }

    private say(name: string): string {
        return this.context.resources.getString(`Text_${name}`);
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
        this.line.addEventListener("click", (event) => this.onClick(event), { signal });
        this.button.addEventListener("keydown", (event) => this.onKeyDown(event), { signal });
    }

    /** Space, Enter and a click on the switch all come as clicks; the words beside it count as the switch. */
    private onClick(event: MouseEvent): void {
        if (event.target !== this.line && this.isEditable()) {
            this.value = this.value !== true;
            this.render();
            this.send();
        }
    }

    private onKeyDown(event: KeyboardEvent): void {
        // Enter held down would switch to and fro.
        if (event.repeat) {
            event.preventDefault();
        }
    }

    private send(): void {
        this.sent = [...this.inFlight(), this.value];
        this.sentAt = Date.now();
        this.notifyOutputChanged();
    }

    /** Takes the host's value, unless it is an old one or the echo of one that was sent from here. */
    private receive(raw: boolean | null): void {
        if (raw === this.received) {
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

    private inFlight(): (boolean | null)[] {
        return Date.now() - this.sentAt < ECHO_MS ? this.sent : [];
    }
}

function div(className: string): HTMLDivElement {
    const element = document.createElement("div");
    element.className = className;
    return element;
}

/** Touches the document only where something changes. */
function setAttribute(element: Element, name: string, value: string): void {
    if (element.getAttribute(name) !== value) {
        element.setAttribute(name, value);
    }
}

function setText(element: Element, text: string): void {
    if (element.textContent !== text) {
        element.textContent = text;
    }
}
