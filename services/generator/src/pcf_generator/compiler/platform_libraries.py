"""React and Fluent UI, which the platform brings: a control that names them in its manifest uses the platform's copy.

The modules become links to global variables, in a folder `node_modules` that esbuild finds above the project. Which
variable holds which version: facts of Microsoft's build, measured with pcf-scripts 1.51.1.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from pcf_generator.ports.compiler import CompileFault

__all__ = ["globals_of", "module_files", "untyped_modules"]

_REACT = "react"
_FLUENT_8 = "@fluentui/react"
_FLUENT_9 = "@fluentui/react-components"
_Version = tuple[int, ...]
# Library, first and last version of a range, module, variable.
_RANGES: tuple[tuple[str, _Version, _Version, str, str], ...] = (
    ("react", (16, 8, 0), (16, 14, 0), _REACT, "Reactv16"),
    ("fluent", (8, 0, 0), (8, 29, 0), _FLUENT_8, "FluentUIReactv8290"),
    ("fluent", (8, 29, 1), (8, 121, 1), _FLUENT_8, "FluentUIReactv81211"),
    ("fluent", (9, 0, 0), (9, 68, 0), _FLUENT_9, "FluentUIReactv940"),
)


def globals_of(libraries: Mapping[str, str], manifest: str) -> dict[str, str]:
    """By module the variable, for library names and versions of the manifest at that path; CompileFault."""
    return dict(_global_of(name, version, manifest) for name, version in libraries.items())


def _global_of(name: str, version: str, manifest: str) -> tuple[str, str]:
    parts = version.split(".")
    # The names and versions of others stay out of the message: they are a maker's text.
    if all(part.isdecimal() and part.isascii() for part in parts):
        wanted = tuple(map(int, parts))
        for library, first, last, module, variable in _RANGES:
            if library == name and first <= wanted <= last:
                return module, variable
    raise CompileFault(f"{manifest}: error: the platform has no library of that name and version")


def module_files(variables: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Path below `node_modules`, and text, of what stands in for the modules."""
    for module, variable in sorted(variables.items()):
        # Fluent's parts have paths of their own, and all are the one variable. React's are not the platform's.
        exports = {".": "./index.js"} | ({"./*": "./index.js"} if module != _REACT else {})
        yield f"{module}/package.json", json.dumps({"name": module, "exports": exports})
        yield f"{module}/index.js", f"module.exports = {variable};\n"


def untyped_modules(imported: Iterable[tuple[str, str]]) -> str:
    """Declares what is imported of Fluent, by module and name, as `any`: its own typings weigh ten times all the rest.

    The name is `*` where a whole module is imported; nothing of that can serve as a type then.
    """
    names: dict[str, set[str]] = {}
    for module, name in imported:
        if not _is_of(module, _REACT):
            names.setdefault(module, set()).add(name)
    return "".join(_declared(module, sorted(of)) for module, of in sorted(names.items()))


def _declared(module: str, names: Sequence[str]) -> str:
    if "*" in names:
        return f"declare module {json.dumps(module)};\n"
    members = (
        f"  export const {name}: any;\n  export type {name}<A = any, B = any, C = any> = any;\n" for name in names
    )
    return f"declare module {json.dumps(module)} {{\n{''.join(members)}}}\n"


def _is_of(module: str, library: str) -> bool:
    return module == library or module.startswith(f"{library}/")
