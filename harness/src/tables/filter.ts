import { isLess, isSame } from "./order";
import type { Row } from "./table";

export type Test = (row: Row) => boolean;

const TOKENS = /\s*(?:(?<text>'(?:[^']|'')*')|(?<sign>[(),])|(?<word>[^\s(),']+))/gy;
const FUNCTIONS: Record<string, (text: string, part: string) => boolean> = {
    contains: (text, part) => text.includes(part),
    startswith: (text, part) => text.startsWith(part),
    endswith: (text, part) => text.endsWith(part),
};
const COMPARISONS: Record<string, (left: unknown, right: unknown) => boolean> = {
    eq: isSame,
    ne: (left, right) => !isSame(left, right),
    lt: isLess,
    gt: (left, right) => isLess(right, left),
    le: (left, right) => isLess(left, right) || (left !== null && isSame(left, right)),
    ge: (left, right) => isLess(right, left) || (left !== null && isSame(left, right)),
};

/**
 * Reads an OData `$filter`: comparisons, contains, startswith, endswith, and, or, not, brackets. Throws an `Error` for
 * anything else.
 */
export function readFilter(text: string): Test {
    const reader = new FilterReader(text);
    const test = reader.readOr();
    reader.expectEnd();
    return test;
}

class FilterReader {
    private readonly tokens: string[];

    constructor(private readonly text: string) {
        this.tokens = [...text.matchAll(TOKENS)].map(([token]) => token.trim());
        if (this.tokens.join("").length !== text.replace(/\s(?=(?:[^']*'[^']*')*[^']*$)/g, "").length) {
            this.fail();
        }
    }

    readOr(): Test {
        let left = this.readAnd();
        while (this.take("or")) {
            const [before, right] = [left, this.readAnd()];
            left = (row) => before(row) || right(row);
        }
        return left;
    }

    expectEnd(): void {
        if (this.tokens.length > 0) {
            this.fail();
        }
    }

    private readAnd(): Test {
        let left = this.readNot();
        while (this.take("and")) {
            const [before, right] = [left, this.readNot()];
            left = (row) => before(row) && right(row);
        }
        return left;
    }

    private readNot(): Test {
        if (this.take("not")) {
            const test = this.readNot();
            return (row) => !test(row);
        }
        if (this.take("(")) {
            const test = this.readOr();
            this.expect(")");
            return test;
        }
        return this.readComparison();
    }

    private readComparison(): Test {
        const name = this.next();
        const has = FUNCTIONS[name];
        if (has) {
            this.expect("(");
            const column = this.next();
            this.expect(",");
            const part = String(valueOf(this.next())).toLowerCase();
            this.expect(")");
            return (row) => has(String(row[column] ?? "").toLowerCase(), part);
        }
        const compare = COMPARISONS[this.next()] ?? this.fail();
        const value = valueOf(this.next());
        return (row) => compare(row[name] ?? null, value);
    }

    private take(token: string): boolean {
        const isNext = this.tokens[0] === token;
        if (isNext) {
            this.tokens.shift();
        }
        return isNext;
    }

    private expect(token: string): void {
        if (!this.take(token)) {
            this.fail();
        }
    }

    private next(): string {
        return this.tokens.shift() ?? this.fail();
    }

    private fail(): never {
        throw new Error(`The $filter is not understood: ${this.text}`);
    }
}

function valueOf(token: string): unknown {
    if (token.startsWith("'")) {
        return token.slice(1, -1).replaceAll("''", "'");
    }
    const constants: Record<string, unknown> = { true: true, false: false, null: null };
    if (token in constants) {
        return constants[token];
    }
    return token.trim() !== "" && Number.isFinite(Number(token)) ? Number(token) : token;
}
