import { readQuery } from "./query";
import type { Row, Table, Tables } from "./table";

type WebApi = ComponentFramework.WebApi;
type LookupValue = ComponentFramework.LookupValue;

/** Rows the server gives at most in one page. */
const PAGE_MAX = 5000;

export interface Server {
    call(name: string, ...given: unknown[]): void;
    answer<T>(value: () => T | Promise<T>): Promise<T>;
}

/** `context.webAPI` over tables in memory; a request that fails rejects as the server's does, with a message. */
export function makeWebApi(tables: Tables, { answer, call }: Server): WebApi {
    const request = <T>(name: string, given: unknown[], work: () => T): Promise<T> => {
        call(`webAPI.${name}`, ...given);
        return answer(() => structuredClone(work()));
    };
    return {
        createRecord: (type, data) => request("createRecord", [type, data], () => create(tables, type, data)),
        deleteRecord: (type, id) => request("deleteRecord", [type, id], () => remove(tables, type, id)),
        updateRecord: (type, id, data) => request("updateRecord", [type, id, data], () => update(tables, type, id, data)),
        retrieveRecord: (type, id, options) => request("retrieveRecord", [type, id, options], () => retrieve(tables, type, id, options)),
        retrieveMultipleRecords: (type, options, size) =>
            request("retrieveMultipleRecords", [type, options, size], () => retrieveMultiple(tables, type, options, size)),
    };
}

function create(tables: Tables, type: string, data: Row): LookupValue {
    const table = tableOf(tables, type);
    const id = String(data[keyOf(table, type)] ?? crypto.randomUUID());
    table.rows.push({ ...structuredClone(data), [keyOf(table, type)]: id });
    return { id, entityType: type };
}

function remove(tables: Tables, type: string, id: string): LookupValue {
    const table = tableOf(tables, type);
    table.rows.splice(table.rows.indexOf(rowOf(table, type, id)), 1);
    return { id: plain(id), entityType: type };
}

function update(tables: Tables, type: string, id: string, data: Row): LookupValue {
    Object.assign(rowOf(tableOf(tables, type), type, id), structuredClone(data));
    return { id: plain(id), entityType: type };
}

function retrieve(tables: Tables, type: string, id: string, options = ""): Row {
    const table = tableOf(tables, type);
    return select(rowOf(table, type, id), readQuery(options).columns, keyOf(table, type));
}

function retrieveMultiple(tables: Tables, type: string, options = "", size = PAGE_MAX): ComponentFramework.WebApi.RetrieveMultipleResponse {
    const table = tableOf(tables, type);
    const query = readQuery(options);
    const rows = query.choose(table.rows).slice(0, query.top);
    const end = query.skip + Math.min(size, PAGE_MAX);
    const asked = options.replace(/^\?/, "").replace(/&?\$skiptoken=\d+/, "");
    return {
        entities: rows.slice(query.skip, end).map((row) => select(row, query.columns, keyOf(table, type))),
        nextLink: end < rows.length ? `?${asked}${asked ? "&" : ""}$skiptoken=${end}` : "",
    };
}

function tableOf(tables: Tables, type: string): Table {
    const table = tables[type];
    if (!table) {
        throw new Error(`There is no table ${type}`);
    }
    return table;
}

function rowOf(table: Table, type: string, id: string): Row {
    const row = table.rows.find((candidate) => plain(String(candidate[keyOf(table, type)])) === plain(id));
    if (!row) {
        throw new Error(`${type} With Id = ${plain(id)} Does Not Exist`);
    }
    return row;
}

function keyOf(table: Table, type: string): string {
    return String(table.metadata?.PrimaryIdAttribute ?? `${type}id`);
}

/** The asked columns, their annotations and the key, which always comes. */
function select(row: Row, columns: readonly string[] | null, key: string): Row {
    const isAsked = (name: string): boolean => columns === null || name === key || columns.includes(name.replace(/@.*/, ""));
    return Object.fromEntries(Object.entries(row).filter(([name]) => isAsked(name)));
}

function plain(id: string): string {
    return id.replace(/[{}]/g, "").toLowerCase();
}
