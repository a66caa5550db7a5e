type Column = ComponentFramework.PropertyHelper.DataSetApi.Column;

/** What a dataset is given: the view's columns and all rows behind it. */
export interface DatasetSource {
    /** Logical name of the table. */
    readonly entity: string;
    readonly title?: string;
    readonly viewId?: string;
    /** A name and a data type at least; `alias` maps a column to a property-set. */
    readonly columns: readonly (Pick<Column, "name" | "dataType"> & Partial<Column>)[];
    /** Columns the view leaves out and a control may add. */
    readonly moreColumns?: readonly (Pick<Column, "name" | "dataType"> & Partial<Column>)[];
    /** Values by column, and the record's id under `id`. */
    readonly records: readonly (Record<string, unknown> & { id: string })[];
    /** Labels of choices by column. */
    readonly options?: Record<string, readonly ComponentFramework.PropertyHelper.OptionMetadata[]>;
    readonly sorting?: readonly ComponentFramework.PropertyHelper.DataSetApi.SortStatus[];
    /** 25 where nothing is said. */
    readonly pageSize?: number;
    /** False where the host does not know how many records there are, as in a canvas app: the total is -1. */
    readonly isTotalKnown?: boolean;
    /** What went wrong when the records were read. */
    readonly error?: string;
}
