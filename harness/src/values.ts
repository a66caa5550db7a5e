import { makeFormatting } from "./context/formatting";
import type { Manifest, PropertyDefinition } from "./manifest";
import type { HarnessOptions, HostState } from "./options";
import { attributesOf, type ColumnAttributes } from "./parameters/attributes";
import { kindOf } from "./parameters/kinds";
import { fits, outputFaults } from "./parameters/outputs";
import { makeProperty } from "./parameters/property";
import { rawOf, storedOf } from "./parameters/raw";
import type { Owner } from "./watch/owner";

/** The values behind a control's properties: what the host gave and what the control put out. */
export class Values {
    outputs: Record<string, unknown> = {};
    private readonly values: Record<string, unknown>;

    constructor(
        private readonly manifest: Manifest,
        private readonly options: HarnessOptions,
        private readonly owner: Owner
    ) {
        this.values = {};
        const first = manifest.properties.find(({ usage }) => usage === "bound");
        // A field control is there because its first bound property has a column.
        this.put({ ...(first ? { [first.name]: null } : {}), ...options.values });
    }

    /** Takes values from the host; throws an `Error` when the manifest does not have or does not take one. */
    put(values: Record<string, unknown>): void {
        for (const [name, value] of Object.entries(values)) {
            const property = this.manifest.properties.find((candidate) => candidate.name === name);
            if (!property || property.usage === "output") {
                throw new Error(`The manifest has no property ${name} to give a value to`);
            }
            const { type } = this.columnOf(name);
            if (!takes(property, type ?? property.type, value)) {
                throw new Error(`${name} is ${property.types.join(" or ")} and does not take ${JSON.stringify(value)}`);
            }
            this.values[name] = value;
        }
    }

    /** Takes what `getOutputs` gave, as its columns store it; the names of the bound properties among them. */
    take(outputs: unknown, state: HostState): string[] {
        outputFaults(outputs, this.manifest).forEach((fault) => this.owner.report(fault));
        const given = Object.entries((outputs ?? {}) as Record<string, unknown>);
        const taken = given.flatMap(([name, value]) => {
            const property = this.manifest.properties.find((candidate) => candidate.name === name);
            const isTaken = property && property.usage !== "input" && value !== undefined && fits(property, value);
            return isTaken ? [{ property, stored: this.store(property, value, state) }] : [];
        });
        this.outputs = Object.fromEntries(taken.map(({ property, stored }) => [property.name, stored]));
        const bound = taken.filter(({ property }) => property.usage === "bound");
        bound.forEach(({ property, stored }) => (this.values[property.name] = stored));
        return bound.map(({ property }) => property.name);
    }

    /** The members of `context.parameters` that are properties. */
    parameters(state: HostState): Record<string, object> {
        const formatting = makeFormatting(state);
        const given = this.manifest.properties.filter(({ usage }) => usage !== "output");
        return Object.fromEntries(
            given.map((property) => {
                const { name } = property;
                const value = this.values[name];
                return [name, makeProperty({ property, value, column: this.columnOf(name), error: this.errorOf(name, state), state, formatting })];
            })
        );
    }

    private store(property: PropertyDefinition, value: unknown, state: HostState): unknown {
        const column = this.columnOf(property.name);
        return storedOf(kindOf(column.type ?? property.type), value, attributesOf(property, column, state));
    }

    private columnOf(name: string): ColumnAttributes {
        return this.options.columns?.[name] ?? {};
    }

    private errorOf(name: string, { error }: HostState): string {
        const first = this.manifest.properties.find(({ usage }) => usage === "bound");
        const errors = typeof error === "string" ? { [first?.name ?? ""]: error } : (error ?? {});
        return errors[name] ?? "";
    }
}

/** Whether a host may give this value: an Enum is any text, as in a canvas app. */
function takes(property: PropertyDefinition, type: string, value: unknown): boolean {
    const kind = kindOf(type);
    return kind === "enum" ? value === null || typeof value === "string" : fits(property, rawOf(kind, value));
}
