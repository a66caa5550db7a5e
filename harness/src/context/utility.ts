import type { ContextHost } from "./host";

/** `context.utils`, where the manifest declares Utility. */
export function makeUtility({ answer, call, options }: ContextHost): ComponentFramework.Utility {
    return {
        getEntityMetadata: (entityName, attributes) => {
            call("utils.getEntityMetadata", entityName, attributes);
            return answer(() => {
                const table = options.tables?.[entityName];
                if (!table) {
                    throw new Error(`There is no table ${entityName}`);
                }
                return structuredClone({ LogicalName: entityName, PrimaryIdAttribute: `${entityName}id`, ...table.metadata });
            });
        },
        hasEntityPrivilege: (...given) => {
            call("utils.hasEntityPrivilege", ...given);
            return options.answers?.privilege ?? true;
        },
        lookupObjects: (lookup) => {
            call("utils.lookupObjects", lookup);
            const isAsked = ({ entityType }: ComponentFramework.LookupValue): boolean => lookup.entityTypes.includes(entityType);
            const chosen = (options.answers?.lookup ?? []).filter(isAsked).slice(0, lookup.allowMultiSelect ? undefined : 1);
            return answer(() => structuredClone(chosen));
        },
        loadDependency: (name) => {
            call("utils.loadDependency", name);
            return answer(() => Promise.reject(new Error(`There is no dependency ${name}`)));
        },
    };
}
