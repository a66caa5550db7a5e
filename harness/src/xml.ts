/** Reads XML; throws an `Error` that names `what` when it is not well-formed. */
export function readXml(text: string, what: string): Document {
    const read = new DOMParser().parseFromString(text.trim(), "application/xml");
    const fault = read.querySelector("parsererror");
    if (fault) {
        throw new Error(`${what} is not well-formed: ${fault.textContent?.trim() ?? ""}`);
    }
    return read;
}

export function attributeOf(element: Element, name: string): string {
    return element.getAttribute(name) ?? "";
}
