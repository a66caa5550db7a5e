import type { Manifest, PropertyDefinition } from "../manifest";
import { kindOf } from "./kinds";

/** What is wrong with what `getOutputs` gave: names the manifest does not have, values of another type. */
export function outputFaults(outputs: unknown, manifest: Manifest): string[] {
    if (typeof outputs !== "object" || outputs === null) {
        return [`getOutputs gave ${nameOf(outputs)}`];
    }
    return Object.entries(outputs).flatMap(([name, value]) => {
        const property = manifest.properties.find((candidate) => candidate.name === name);
        if (!property || property.usage === "input") {
            return [`output ${name} is not an output of the manifest`];
        }
        return fits(property, value) ? [] : [`output ${name} is ${nameOf(value)}, not ${property.types.join(" or ")}`];
    });
}

/** Whether a property takes a value; any takes null, which clears it. */
export function fits(property: PropertyDefinition, value: unknown): boolean {
    return value === null || value === undefined || property.types.some((type) => fitsType(type, property.values, value));
}

function fitsType(type: string, values: readonly string[], value: unknown): boolean {
    switch (kindOf(type)) {
        case "text":
            return typeof value === "string";
        case "whole":
        case "decimal":
        case "float":
        case "currency":
            return Number.isFinite(value);
        case "choice":
            return Number.isInteger(value);
        case "boolean":
            return typeof value === "boolean";
        case "date":
            return value instanceof Date && !Number.isNaN(value.valueOf());
        case "choices":
            return Array.isArray(value) && value.every(Number.isInteger);
        case "lookup":
            return Array.isArray(value) && value.every(isReference);
        case "enum":
            return values.includes(value as string);
        default:
            return true;
    }
}

function isReference(value: unknown): boolean {
    const { id, entityType } = (value ?? {}) as Partial<ComponentFramework.LookupValue>;
    return typeof id === "string" && typeof entityType === "string";
}

function nameOf(value: unknown): string {
    if (value === null || value === undefined) {
        return String(value);
    }
    return typeof value === "object" ? value.constructor.name : `${typeof value} ${JSON.stringify(value)}`;
}
