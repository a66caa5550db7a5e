import { readFilter } from "./filter";
import { compare } from "./order";
import type { Row } from "./table";

const KNOWN = ["$select", "$filter", "$orderby", "$top", "$count", "$skiptoken"];

/** What a query's text asks for. */
export interface Query {
    readonly columns: readonly string[] | null;
    readonly top: number;
    /** The first row of the page. */
    readonly skip: number;
    /** The rows that are asked for, in their order. */
    choose(rows: readonly Row[]): Row[];
}

/** Reads `?$select=…&$filter=…&$orderby=…&$top=…`; throws an `Error` for what the harness does not understand. */
export function readQuery(text: string): Query {
    const parts = new Map(splitOptions(text));
    const unknown = [...parts.keys()].find((name) => !KNOWN.includes(name));
    if (unknown) {
        throw new Error(`The query option ${unknown} is not understood`);
    }
    const test = parts.has("$filter") ? readFilter(parts.get("$filter") ?? "") : () => true;
    const order = listOf(parts.get("$orderby")).map((item) => item.split(/\s+/));
    const sort = (left: Row, right: Row): number =>
        order.reduce((so_far, [name = "", way]) => so_far || compare(left[name], right[name]) * (way === "desc" ? -1 : 1), 0);
    return {
        columns: parts.has("$select") ? listOf(parts.get("$select")) : null,
        top: Number(parts.get("$top") ?? Infinity),
        skip: Number(parts.get("$skiptoken") ?? 0),
        choose: (rows) => rows.filter(test).sort(sort),
    };
}

function splitOptions(text: string): [string, string][] {
    const options = text.replace(/^\?/, "").split("&").filter((option) => option !== "");
    return options.map((option) => {
        const at = option.indexOf("=");
        const value = option.slice(at + 1);
        return [option.slice(0, at).trim(), decodeURIComponent(value.replaceAll("+", " "))];
    });
}

function listOf(text: string | undefined): string[] {
    return (text ?? "").split(",").map((item) => item.trim()).filter((item) => item !== "");
}
