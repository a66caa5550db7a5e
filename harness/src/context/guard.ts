/** Language features look these up on any object. */
const QUIET = new Set(["then", "toJSON", "constructor", "toString", "valueOf", "hasOwnProperty", "nodeType", "$$typeof"]);

/** The same object, with a word when a member is read that it does not have, or when one is written. */
export function guard<T extends object>(target: T, path: string, report: (misuse: string) => void): T {
    return new Proxy(target, {
        get(object, key) {
            if (typeof key === "string" && !(key in object) && !QUIET.has(key)) {
                report(`${path}.${key} is not documented`);
            }
            return Reflect.get(object, key);
        },
        set(object, key, value) {
            report(`${path}.${String(key)} was written`);
            return Reflect.set(object, key, value);
        },
    });
}
