import { IInputs, IOutputs } from "./generated/ManifestTypes";

/** A host hands a written value back within this time; what comes later is a change of its own. */
const ECHO_MS = 1000;

let instances = 0;

/**
 * A text box that is judged when it is left. What is wrong is told in words, stays in the box to be put right and is
 * not written: the column keeps its last right value.
 */
export class TextInput implements ComponentFramework.StandardControl<IInputs, IOutputs> {
    private context: ComponentFramework.Context<IInputs>;
    private container: HTMLDivElement;
    private root: HTMLDivElement;
    private input: HTMLInputElement;
    private message: HTMLDivElement;
    private link: HTMLAnchorElement;
    private readonly lifetime = new AbortController();
    private notifyOutputChanged: () => void;
    private value: string | null = null;
    private problem = "";
    private typing = false;
    /** What the host gave last, and what was sent to it and has not come back yet. */
    private received: string | null = null;
    private sent: (string | null)[] = [];
    private sentAt = 0;

    public init(
        context: ComponentFramework.Context<IInputs>,
        notifyOutputChanged: () => void,
        state: ComponentFramework.Dictionary,
        container: HTMLDivElement
    ): void {
        const id = `text-input-${++instances}`;
        this.container = container;
        this.root = make("div", "text-input");
        this.input = make("input", "input");
        // Not type="email": browsers then rewrite a domain like müller.de and hide blanks from the check.
        this.input.inputMode = "email";
        this.input.autocapitalize = "none";
        this.input.setAttribute("autocomplete", "email");
        this.input.dir = "ltr";
        this.input.spellcheck = false;
        this.input.setAttribute("aria-describedby", id);
        this.message = make("div", "message");
        this.message.id = id;
        this.message.setAttribute("role", "alert");
        this.root.append(this.input, this.message);
        this.link = make("a", "link");
        this.input.after(this.link);
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
        // The host clears the column on null, which the generated type does not allow for.
        return { value: this.value ?? (null as unknown as undefined), isInvalid: this.problem !== "" };
    }

    public destroy(): void {
        this.lifetime.abort();
        this.container.replaceChildren();
    }

    private render(): void {
        const { fluentDesignLanguage, mode, parameters, userSettings } = this.context;
        const { error, errorMessage, security } = parameters.value;
        this.root.classList.toggle("dark", fluentDesignLanguage?.isDarkTheme === true);
        setAttribute(this.input, "hidden", security?.readable === false ? "" : null);
        setAttribute(this.root, "dir", userSettings.isRTL ? "rtl" : "ltr");
        setAttribute(this.input, "aria-label", mode.label || this.say("label"));
        const unsaved = this.input.value === (this.value ?? "") ? "" : ` ${this.say("notSaved")}`;
        const problem = this.problem && this.isEditable() ? this.problem + unsaved : error ? errorMessage : "";
        this.renderInput(problem !== "");
        setText(this.message, this.input.hidden ? this.say("noAccess") : problem);
        const target = this.typing || this.problem ? null : linkTo(this.input.value);
        const label = this.say("emailLink", this.input.value);
        this.root.classList.toggle("linked", target !== null);
        setAttribute(this.link, "href", target);
        setAttribute(this.link, "aria-label", label);
        setAttribute(this.link, "title", label);
    }

    private say(name: string, ...values: string[]): string {
        const text = this.context.resources.getString(`Text_${name}`);
        return values.reduce((said, value, index) => said.replace(`{${index}}`, () => value), text);
    }

    private renderInput(invalid: boolean): void {
        const editable = this.isEditable();
        const placeholder = this.context.parameters.placeholder.raw ?? "";
        setAttribute(this.input, "readonly", editable ? null : "");
        setAttribute(this.input, "placeholder", editable ? placeholder : null);
        setAttribute(this.input, "aria-required", editable && this.isRequired() ? "true" : null);
        setAttribute(this.input, "aria-invalid", invalid ? "true" : null);
    }

    private isEditable(): boolean {
        const { mode, parameters } = this.context;
        const { security } = parameters.value;
        const allowed = security?.editable !== false && security?.readable !== false;
        return allowed && !mode.isControlDisabled;
    }

    private isRequired(): boolean {
        return true;
    }

    /** What the maker allows, but never more than the column takes. */
    private limit(): number {
        const { maxLength, value } = this.context.parameters;
        const column = value.attributes?.MaxLength ?? 0;
        return Math.min(maxLength.raw ?? 4000, column > 0 ? column : Infinity);
    }

    private findProblem(): string {
        if (this.input.value.trim() === "") {
            return this.isRequired() ? this.say("required") : "";
        }
        if (this.input.value.length > this.limit()) {
            return this.say("tooLong", this.context.formatting.formatInteger(this.limit()));
        }
        return linkTo(this.input.value) ? "" : this.say("email");
    }

    private listen(): void {
        const { signal } = this.lifetime;
        this.input.addEventListener("input", (event) => this.onInput(event), { signal });
        this.input.addEventListener("keydown", (event) => this.onKeyDown(event), { signal });
        this.input.addEventListener("blur", () => this.commit(), { signal });
    }

    private onKeyDown(event: KeyboardEvent): void {
        // Ctrl+S saves the form before the box is left.
        if (event.key === "Enter" ? !event.isComposing : event.key === "s" && (event.ctrlKey || event.metaKey)) {
            this.commit();
        }
    }

    private onInput(event: Event): void {
        this.typing = true;
        const problem = this.findProblem();
        // Told at once is only what goes on too long; all else would disturb people who are not done.
        this.problem = problem === this.problem || this.input.value.length > this.limit() ? problem : "";
        this.render();
    }

    /** Wrong is told, right or empty is written. */
    private commit(): void {
        if (!this.typing || !this.isEditable()) {
            return;
        }
        this.typing = false;
        this.input.value = tidy(this.input.value);
        const value = this.input.value.trim() === "" ? null : this.input.value;
        this.problem = this.findProblem();
        if (value !== this.value && (this.problem === "" || value === null)) {
            this.value = value;
            this.sent.push(value);
            this.sentAt = Date.now();
        }
        this.render();
        this.notifyOutputChanged();
    }

    /** Takes the host's value, unless it is an old one or the echo of one that was sent from here. */
    private receive(raw: string | null): void {
        if (raw === this.received) {
            return;
        }
        this.received = raw;
        const echo = Date.now() - this.sentAt < ECHO_MS ? this.sent.indexOf(raw) : -1;
        this.sent.splice(0, echo < 0 ? this.sent.length : echo + 1);
        if (echo < 0) {
            this.value = raw;
            this.typing = false;
            this.input.value = raw ?? "";
            this.problem = raw === null ? "" : this.findProblem();
        }
    }
}

function make<Tag extends keyof HTMLElementTagNameMap>(tag: Tag, className: string): HTMLElementTagNameMap[Tag] {
    const element = document.createElement(tag);
    element.className = className;
    return element;
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

/** The link of a right address: one @ behind a name, a domain with a dot, no blanks. */
function linkTo(text: string): string | null {
    const right = text.length <= 254 && /^[^\s@,;<>]+@[^\s@,;<>.]+(?:\.[^\s@,;<>.]+)+$/.test(text);
    return right ? `mailto:${text.split("@").map(encodeURIComponent).join("@")}` : null;
}

/** Without the blanks and invisible characters that copying drags along. */
function tidy(text: string): string {
    const plain = text.replace(/[\u200B-\u200F\u202A-\u202E\u2060\uFEFF]/g, "").trim();
    return plain.normalize("NFKC");
}
