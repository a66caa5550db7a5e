import type { Manifest } from "../manifest";
import type { Owner } from "../watch/owner";

/**
 * Whether a control may use a feature, by the platform's rule: it is declared and the host has it. Use of one that is
 * not declared is noted.
 */
export function hasFeature(name: string, manifest: Manifest, unsupported: readonly string[], owner: Owner): boolean {
    if (!manifest.features.has(name.toLowerCase())) {
        owner.report(`feature ${name} is used but not declared`);
        return false;
    }
    return !isUnsupported(name, unsupported);
}

/** The declared features a control cannot do without and the host does not have: with one it does not load. */
export function missingFeatures({ features }: Manifest, unsupported: readonly string[]): string[] {
    return [...features].filter(([name, required]) => required && isUnsupported(name, unsupported)).map(([name]) => name);
}

function isUnsupported(name: string, unsupported: readonly string[]): boolean {
    return unsupported.some((other) => other.toLowerCase() === name.toLowerCase());
}
