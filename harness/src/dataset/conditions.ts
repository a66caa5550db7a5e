import { isLess, isSame } from "../tables/order";
import type { Test } from "../tables/filter";
import { dayRange } from "./dayRange";

type DataSetApi = ComponentFramework.PropertyHelper.DataSetApi.FilterExpression;
type Condition = ComponentFramework.PropertyHelper.DataSetApi.ConditionExpression;
type Compare = (value: unknown, given: string[]) => boolean;

const OR = 1;
const lower = (value: unknown): string => String(value ?? "").toLowerCase();
const inRange = (value: unknown, [from, to]: [Date, Date]): boolean => isSame(value, from) || (isLess(from, value) && isLess(value, to));

/** The platform's condition operators by their numbers, as far as the harness knows them. */
const OPERATORS: Record<number, Compare> = {
    0: (value, [given]) => isSame(value, given),
    1: (value, [given]) => !isSame(value, given),
    2: (value, [given]) => isLess(given, value),
    3: (value, [given]) => isLess(value, given),
    4: (value, [given]) => isLess(given, value) || isSame(value, given),
    5: (value, [given]) => isLess(value, given) || isSame(value, given),
    6: (value, [given = ""]) => likePattern(given).test(lower(value)),
    8: (value, given) => given.some((one) => isSame(value, one)),
    12: (value) => isEmpty(value),
    14: (value) => inRange(value, dayRange(-1)),
    15: (value) => inRange(value, dayRange(0)),
    16: (value) => inRange(value, dayRange(1)),
    25: (value, [given = ""]) => inRange(value, dayRange(0, new Date(given))),
    26: (value, [given = ""]) => !isEmpty(value) && isLess(value, dayRange(0, new Date(given))[1]),
    27: (value, [given = ""]) => !isEmpty(value) && !isLess(value, dayRange(0, new Date(given))[0]),
    49: (value, [given]) => lower(value).includes(lower(given)),
    87: (value, given) => given.some((one) => (Array.isArray(value) ? value : [value]).some((each) => isSame(each, one))),
};

/** The test a filter expression stands for; throws an `Error` for an operator the harness does not know. */
export function readExpression({ conditions, filterOperator, filters = [] }: DataSetApi, kindless: (name: string, value: string) => unknown): Test {
    const tests = [...conditions.map((condition) => readCondition(condition, kindless)), ...filters.map((filter) => readExpression(filter, kindless))];
    if (filterOperator === OR && tests.length > 0) {
        return (row) => tests.some((test) => test(row));
    }
    return (row) => tests.every((test) => test(row));
}

function readCondition({ attributeName, conditionOperator, value }: Condition, typed: (name: string, value: string) => unknown): Test {
    const compare = OPERATORS[conditionOperator];
    if (!compare) {
        throw new Error(`The condition operator ${conditionOperator} is not understood`);
    }
    const given = (Array.isArray(value) ? value : [value]).map((one) => typed(attributeName, one) as string);
    return (row) => compare(row[attributeName] ?? null, given);
}

function isEmpty(value: unknown): boolean {
    return value === null || value === undefined || value === "";
}

/** SQL's LIKE with % and _. */
function likePattern(pattern: string): RegExp {
    const escaped = pattern.toLowerCase().replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return new RegExp(`^${escaped.replaceAll("%", ".*").replaceAll("_", ".")}$`, "s");
}
