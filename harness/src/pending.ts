import { natives, nextTask } from "./watch/natives";

/** What the host has promised to do soon. */
export class Pending {
    private readonly waiting = new Set<Promise<void>>();

    constructor(private readonly onIdle: () => void) {}

    later(delay_ms: number, work: () => void): void {
        const done = new Promise<void>((resolve) => {
            natives.setTimeout(() => {
                work();
                this.waiting.delete(done);
                resolve();
                if (this.waiting.size === 0) {
                    this.onIdle();
                }
            }, delay_ms);
        });
        this.waiting.add(done);
    }

    /** Resolves when nothing is left to do, what was added meanwhile included. */
    async idle(): Promise<void> {
        while (this.waiting.size > 0) {
            await Promise.all(this.waiting);
            await nextTask();
        }
    }
}
