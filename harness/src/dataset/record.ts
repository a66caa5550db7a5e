import type { HostFormatting } from "../context/formatting";
import { formattedOf } from "../parameters/formatted";
import { kindOf } from "../parameters/kinds";
import { rawOf } from "../parameters/raw";
import type { Row } from "../tables/table";
import type { DatasetSource } from "./source";

type DataSetApi = ComponentFramework.PropertyHelper.DataSetApi.EntityRecord;
type Column = ComponentFramework.PropertyHelper.DataSetApi.Column;
type LookupValue = ComponentFramework.LookupValue;

const ANNOTATION = "@OData.Community.Display.V1.FormattedValue";

/** One record of a dataset; columns answer to their names and to the property-sets they are mapped to. */
export function makeRecord(row: Row, columns: readonly Column[], source: DatasetSource, formatting: HostFormatting): DataSetApi {
    const find = (name: string): Column | undefined => columns.find((column) => column.name === name || column.alias === name);
    const primary = columns.find(({ isPrimary }) => isPrimary);
    return {
        getRecordId: () => String(row.id),
        getValue: (name) => valueOf(row, find(name)) as ReturnType<DataSetApi["getValue"]>,
        getFormattedValue: (name) => formattedValue(row, find(name), source, formatting),
        getNamedReference: () => ({
            id: { guid: String(row.id) },
            etn: source.entity,
            name: primary ? formattedValue(row, primary, source, formatting) : "",
        }),
    };
}

function valueOf(row: Row, column: Column | undefined): unknown {
    const value = column ? row[column.name] : undefined;
    if (!column || value === null || value === undefined) {
        return null;
    }
    if (kindOf(column.dataType) === "lookup") {
        const { entityType, id, name } = value as LookupValue;
        return { id: { guid: id }, etn: entityType, name };
    }
    return rawOf(kindOf(column.dataType), value);
}

function formattedValue(row: Row, column: Column | undefined, source: DatasetSource, formatting: HostFormatting): string {
    if (!column) {
        return "";
    }
    const kind = kindOf(column.dataType);
    const options = { Options: [...(source.options?.[column.name] ?? [])] };
    const told = row[`${column.name}${ANNOTATION}`];
    return told === undefined ? formattedOf(kind, column.dataType, rawOf(kind, row[column.name]), options, formatting) : String(told);
}
