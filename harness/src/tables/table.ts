export type Row = Record<string, unknown>;

/** Rows of a table as the Web API gives them; `<name>id` is the key, unless the metadata names another. */
export interface Table {
    rows: Row[];
    metadata?: ComponentFramework.PropertyHelper.EntityMetadata;
}

/** Tables by their logical names. */
export type Tables = Record<string, Table>;
