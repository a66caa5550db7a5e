/** Which pages of a result are shown. */
export class Pages {
    first = 1;
    last = 1;
    private size: number;
    private nextSize: number;

    constructor(size: number) {
        this.size = size;
        this.nextSize = size;
    }

    get pageSize(): number {
        return this.size;
    }

    /** Takes effect when the data are read anew. */
    set pageSize(size: number) {
        this.nextSize = Math.max(1, Math.floor(size));
    }

    reset(): void {
        this.size = this.nextSize;
        this.first = 1;
        this.last = 1;
    }

    hasNext(total: number): boolean {
        return this.last * this.size < total;
    }

    get hasPrevious(): boolean {
        return this.first > 1;
    }

    /** One page more at the end; alone, or behind those there are. */
    goOn(alone: boolean): void {
        this.last += 1;
        this.first = alone ? this.last : this.first;
    }

    goBack(alone: boolean): void {
        this.first -= 1;
        this.last = alone ? this.first : this.last;
    }

    goTo(page: number): void {
        this.first = page;
        this.last = page;
    }

    has(page: number, total: number): boolean {
        return Number.isInteger(page) && page >= 1 && (page === 1 || (page - 1) * this.size < total);
    }

    slice<T>(rows: readonly T[]): T[] {
        return rows.slice((this.first - 1) * this.size, this.last * this.size);
    }
}
