import { natives } from "./natives";
import type { Owner } from "./owner";
import { atBoundary, ownerNow } from "./zone";

/** What React and Fluent put into the document for a virtual control: styles and portals. */
const LENT = "style, [data-portal-node], .fui-FluentProvider";

const places = new WeakMap<Owner, Set<Node>>();

/** From now on a change that a control makes outside its container is a misuse of that control. */
export function watchDocument(): void {
    const observer = new natives.MutationObserver((records) => judge(records, ownerNow()));
    observer.observe(document, { attributes: true, characterData: true, childList: true, subtree: true });
    atBoundary((owner) => judge(observer.takeRecords(), owner));
}

/** The nodes a control put outside its container that are still there. */
export function nodesOutside(owner: Owner): Node[] {
    return [...(places.get(owner) ?? [])].filter((node) => node.isConnected);
}

function judge(records: MutationRecord[], owner: Owner | null): void {
    for (const record of owner ? records : []) {
        if (owner && !owner.owns(record.target)) {
            judgeOutside(record, owner);
        }
    }
}

function judgeOutside(record: MutationRecord, owner: Owner): void {
    const where = nameOf(record.target);
    if (record.type !== "childList") {
        const what = record.type === "attributes" ? `attribute ${record.attributeName}` : "text";
        owner.report(`DOM outside the container: ${what} of ${where} changed`);
        return;
    }
    for (const node of record.addedNodes) {
        if (owner.lendsLibraries && node instanceof Element && node.matches(LENT)) {
            continue;
        }
        places.set(owner, (places.get(owner) ?? new Set()).add(node));
        owner.report(`DOM outside the container: ${nameOf(node)} added to ${where}`);
    }
    for (const node of record.removedNodes) {
        if (!places.get(owner)?.has(node) && !owner.lendsLibraries) {
            owner.report(`DOM outside the container: ${nameOf(node)} removed from ${where}`);
        }
    }
}

function nameOf(node: Node): string {
    return node instanceof Element ? `<${node.localName}>` : node.nodeName;
}
