/** What one control holds of the page, and what it did that it must not do. */
export class Owner {
    readonly listeners = new Set<HeldListener>();
    /** Timeouts, intervals, animation frames and idle callbacks that have not run or been cleared, by kind and id. */
    readonly timers = new Set<string>();
    /** Observers that watch something, with the name of their class. */
    readonly observers = new Map<object, string>();
    /** Nodes that belong to the control although they stand elsewhere: its popups. */
    readonly places = new Set<Node>();
    readonly misuse: string[] = [];
    /** The script of a library the host lends, React's: what it holds is the host's. */
    lentScript: string | null = null;
    /** A virtual control's library may put its styles and portals into the document. */
    lendsLibraries = false;
    /** The manifest declares external services: the control may use the network. */
    isExternal = false;

    /** Notes a misuse, once. */
    report(what: string): void {
        if (!this.misuse.includes(what)) {
            this.misuse.push(what);
        }
    }

    owns(node: Node): boolean {
        return [...this.places].some((place) => place.contains(node));
    }

    /** Whether the call that is under way comes straight from a lent library. */
    isLent(): boolean {
        if (this.lentScript === null) {
            return false;
        }
        const [harness, ...outer] = scriptsIn(new Error().stack ?? "");
        return outer.find((script) => script !== harness) === this.lentScript;
    }
}

export interface HeldListener {
    readonly type: string;
    readonly target: EventTarget;
}

/** The scripts of a stack's frames, the innermost first. */
export function scriptsIn(stack: string): string[] {
    return stack.split("\n").flatMap((line) => /([^\s(@]+):\d+:\d+\)?$/.exec(line)?.[1] ?? []);
}
