import { attributeOf, readXml } from "./xml";

/** The texts of a RESX file by their keys; throws an `Error` when it is not well-formed. */
export function readResx(text: string): ReadonlyMap<string, string> {
    const entries = [...readXml(text, "A RESX file").querySelectorAll("root > data")];
    return new Map(entries.map((data) => [attributeOf(data, "name"), data.querySelector("value")?.textContent ?? ""]));
}
