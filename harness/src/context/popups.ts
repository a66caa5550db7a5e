import type { Owner } from "../watch/owner";
import { natives } from "../watch/natives";
import { aside } from "../watch/zone";

type Popup = ComponentFramework.FactoryApi.Popup.Popup;

/** `factory.getPopupService()`: popups stand at the end of the document and count as the control's own place. */
export class Popups implements ComponentFramework.FactoryApi.Popup.PopupService {
    private readonly popups = new Map<string, Popup>();
    private readonly layers = new Map<string, HTMLElement>();
    private id = "";

    constructor(
        private readonly owner: Owner,
        private readonly call: (name: string, ...given: unknown[]) => void
    ) {}

    createPopup(popup: Popup): void {
        this.call("popup.createPopup", popup.name);
        this.popups.set(popup.name, popup);
    }

    openPopup(name: string): void {
        this.call("popup.openPopup", name);
        const popup = this.popups.get(name);
        if (!popup) {
            this.owner.report(`popup ${name} was opened but not created`);
            return;
        }
        this.close(name);
        const layer = document.createElement("div");
        layer.dataset.popup = name;
        this.owner.places.add(layer);
        this.layers.set(name, layer);
        aside(() => {
            layer.append(popup.content);
            document.body.append(layer);
        });
    }

    closePopup(name: string): void {
        this.call("popup.closePopup", name);
        this.close(name);
    }

    updatePopup(name: string, popup: Popup): void {
        this.call("popup.updatePopup", name);
        this.popups.set(name, popup);
        aside(() => this.layers.get(name)?.replaceChildren(popup.content));
    }

    deletePopup(name: string): void {
        this.call("popup.deletePopup", name);
        this.close(name);
        this.popups.delete(name);
    }

    setPopupsId(id: string): void {
        this.id = id;
    }

    getPopupsId(): string {
        return this.id;
    }

    /** Starts closing those popups that want it when something outside them is pressed. */
    watchOutsideClicks(): () => void {
        const onPress = (event: Event): void => {
            for (const [name, layer] of this.layers) {
                if (this.popups.get(name)?.closeOnOutsideClick && !layer.contains(event.target as Node)) {
                    this.close(name);
                }
            }
        };
        natives.addEventListener.call(document, "mousedown", onPress);
        return () => natives.removeEventListener.call(document, "mousedown", onPress);
    }

    /** Closes everything; the number of popups the control had left open. */
    closeAll(): number {
        const open = [...this.layers.keys()];
        open.forEach((name) => this.close(name));
        return open.length;
    }

    private close(name: string): void {
        aside(() => this.layers.get(name)?.remove());
        this.layers.delete(name);
    }
}
