import { makeFormatting } from "../context/formatting";
import type { DatasetDefinition } from "../manifest";
import type { HostState } from "../options";
import { kindOf } from "../parameters/kinds";
import { compare } from "../tables/order";
import type { Row } from "../tables/table";
import { readExpression } from "./conditions";
import { Pages } from "./pages";
import { makeRecord } from "./record";
import type { DatasetSource } from "./source";

type DataSet = ComponentFramework.PropertyTypes.DataSet;
type Column = ComponentFramework.PropertyHelper.DataSetApi.Column;
type FilterExpression = ComponentFramework.PropertyHelper.DataSetApi.FilterExpression;
type Link = ComponentFramework.PropertyHelper.DataSetApi.LinkEntityExposedExpression;
type SortStatus = ComponentFramework.PropertyHelper.DataSetApi.SortStatus;

const NO_VIEW = "00000000-0000-0000-0000-000000000000";
const DESCENDING = 1;
/** Totals beyond this are not told. */
const TOTAL_MAX = 5000;

export interface DatasetHost {
    call(name: string, ...given: unknown[]): void;
    report(misuse: string): void;
    later(delay_ms: number, work: () => void): void;
    update(...properties: string[]): void;
}

/** A dataset over rows in memory: it reads, sorts, filters and pages when the control asks, and some time later. */
export class Dataset {
    private readonly sorting: SortStatus[];
    private readonly links: Link[] = [];
    private columns: Column[];
    private filter: FilterExpression | null = null;
    private rows: Row[] = [];
    private selected: string[] = [];
    private isLoading = false;
    private readonly pages: Pages;

    constructor(
        private readonly definition: DatasetDefinition,
        private source: DatasetSource,
        private readonly host: DatasetHost
    ) {
        this.columns = source.columns.map(completeColumn);
        this.sorting = structuredClone([...(source.sorting ?? [])]);
        this.pages = new Pages(source.pageSize ?? 25);
        this.load(() => this.pages.reset());
    }

    /** Other rows or columns from the host's side, read from their first page. */
    replace(source: Partial<DatasetSource>): void {
        this.source = { ...this.source, ...source };
        this.columns = source.columns?.map(completeColumn) ?? this.columns;
        this.load(() => this.pages.reset());
        this.announce();
    }

    /** The member of `context.parameters`, as things stand. */
    view(state: HostState): DataSet {
        const shown = this.isLoading ? [] : this.pages.slice(this.rows);
        const formatting = makeFormatting(state);
        const records = shown.map((row) => [String(row.id), makeRecord(row, this.columns, this.source, formatting)] as const);
        const { entity, error = "", title, viewId } = this.source;
        return {
            addColumn: (name, alias) => this.addColumn(name, alias),
            columns: this.columns,
            error: error !== "",
            errorMessage: error,
            filtering: this.filtering(),
            linking: { getLinkedEntities: () => [...this.links], addLinkedEntity: (link) => void this.links.push(link) },
            loading: this.isLoading,
            paging: this.paging(),
            records: Object.fromEntries(records),
            sortedRecordIds: records.map(([id]) => id),
            sorting: this.sorting,
            clearSelectedRecordIds: () => void (this.selected = []),
            getSelectedRecordIds: () => [...this.selected],
            setSelectedRecordIds: (ids) => this.select(ids),
            getTargetEntityType: () => entity,
            getTitle: () => title ?? entity,
            getViewId: () => viewId ?? NO_VIEW,
            openDatasetItem: (reference) => this.host.call(`${this.definition.name}.openDatasetItem`, reference),
            refresh: () => this.ask("refresh", () => this.pages.reset()),
        };
    }

    private filtering(): DataSet["filtering"] {
        return {
            getFilter: () => structuredClone(this.filter) ?? { conditions: [], filterOperator: 0 },
            setFilter: (expression) => void (this.filter = structuredClone(expression)),
            clearFilter: () => void (this.filter = null),
        };
    }

    private paging(): DataSet["paging"] {
        const { pages, rows } = this;
        const isTold = (this.source.isTotalKnown ?? true) && rows.length <= TOTAL_MAX;
        return {
            totalResultCount: isTold ? rows.length : -1,
            firstPageNumber: pages.first,
            lastPageNumber: pages.last,
            pageSize: pages.pageSize,
            hasNextPage: pages.hasNext(rows.length),
            hasPreviousPage: pages.hasPrevious,
            loadNextPage: (alone = false) => this.page("loadNextPage", pages.hasNext(rows.length), () => pages.goOn(alone)),
            loadPreviousPage: (alone = false) => this.page("loadPreviousPage", pages.hasPrevious, () => pages.goBack(alone)),
            loadExactPage: (page) => this.page("loadExactPage", pages.has(page, rows.length), () => pages.goTo(page)),
            reset: () => this.ask("paging.reset", () => pages.reset()),
            setPageSize: (size) => void (pages.pageSize = size),
        };
    }

    private page(name: string, isThere: boolean, turn: () => void): void {
        if (isThere) {
            this.ask(`paging.${name}`, turn);
        } else {
            this.host.report(`${this.definition.name}.paging.${name}: there is no such page`);
        }
    }

    private ask(name: string, turn: () => void): void {
        this.host.call(`${this.definition.name}.${name}`);
        if (this.isLoading) {
            this.host.report(`${this.definition.name}.${name} while the dataset is loading`);
            return;
        }
        this.load(turn);
        this.announce();
    }

    private load(turn: () => void): void {
        this.isLoading = true;
        // A task later than the update that shows that the dataset is loading.
        this.host.later(0, () =>
            this.host.later(0, () => {
                this.rows = this.read();
                turn();
                this.isLoading = false;
                this.select(this.selected);
                this.announce();
            })
        );
    }

    private announce(): void {
        this.host.update("dataset", `${this.definition.name}_dataset`);
    }

    private read(): Row[] {
        const typed = (name: string, value: string): unknown => this.typed(name, value);
        try {
            const test = this.filter ? readExpression(this.filter, typed) : () => true;
            return this.source.records.filter(test).sort((left, right) => this.compare(left, right));
        } catch (fault) {
            this.host.report(`${this.definition.name}: ${(fault as Error).message}`);
            return [];
        }
    }

    private compare(left: Row, right: Row): number {
        return this.sorting.reduce((so_far, { name, sortDirection }) => {
            const column = this.find(name)?.name ?? name;
            return so_far || compare(left[column], right[column]) * (sortDirection === DESCENDING ? -1 : 1);
        }, 0);
    }

    /** Conditions hold texts, whatever their column holds. */
    private typed(name: string, value: string): unknown {
        const kind = kindOf(this.find(name)?.dataType ?? "");
        const isNumber = ["whole", "decimal", "float", "currency", "choice", "choices"].includes(kind);
        if (kind === "boolean") {
            return value === "1" || value === "true";
        }
        return isNumber && value.trim() !== "" ? Number(value) : value;
    }

    private find(name: string): Column | undefined {
        return this.columns.find((column) => column.name === name || column.alias === name);
    }

    private select(ids: readonly string[]): void {
        this.selected = ids.filter((id) => this.rows.some((row) => row.id === id));
    }

    private addColumn(name: string, alias?: string): void {
        const column = this.source.moreColumns?.find((candidate) => candidate.name === name);
        if (!column) {
            this.host.report(`${this.definition.name}.addColumn: there is no column ${name}`);
        } else if (!this.find(name)) {
            this.columns = [...this.columns, completeColumn({ ...column, ...(alias ? { alias } : {}) }, this.columns.length)];
        }
    }
}

function completeColumn(column: DatasetSource["columns"][number], order: number): Column {
    return { displayName: column.name, alias: column.name, order, visualSizeFactor: 100, isHidden: false, isPrimary: false, disableSorting: false, ...column };
}
