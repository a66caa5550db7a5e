import { scriptsIn } from "./watch/owner";

interface ReactDom {
    render(element: unknown, container: Element): void;
    unmountComponentAtNode(container: Element): boolean;
}

/** The React DOM a virtual control is rendered with; throws an `Error` when the page has not loaded it. */
export function reactDom(): ReactDom {
    const { ReactDOMv16, Reactv16 } = window as unknown as { ReactDOMv16?: ReactDom; Reactv16?: unknown };
    if (!ReactDOMv16 || !Reactv16) {
        throw new Error("A virtual control needs React 16: load Reactv16 and ReactDOMv16 first");
    }
    return ReactDOMv16;
}

/** The script React DOM came from, found by the stack of the error it throws for a container that is none. */
export function scriptOf(dom: ReactDom): string | null {
    try {
        dom.render(null, null as unknown as Element);
        return null;
    } catch (fault) {
        return scriptsIn((fault as Error).stack ?? "")[0] ?? null;
    }
}
