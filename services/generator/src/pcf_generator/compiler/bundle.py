"""Bundles code with esbuild, for production, and registers the control as Microsoft's build does."""

import json
from dataclasses import dataclass
from pathlib import Path

from pcf_generator.compiler.diagnostics import esbuild_faults
from pcf_generator.compiler.process import Limits, run
from pcf_generator.compiler.project import Project
from pcf_generator.compiler.sources import dynamic_code
from pcf_generator.compiler.toolchain import Toolchain
from pcf_generator.ports.compiler import CompilerUnavailable

__all__ = ["Bundled", "bundle_code", "registration"]

LIMITS = Limits(memory_mib=256, output_mib=32)
"""A control takes 10 ms and 13 MB; Go does not start with 64 MiB. Bundles that are too large are found afterwards."""
LARGEST = 5 * 1024 * 1024
"""Bytes: what an environment takes of one file, if nobody changed it."""
_EXPORTS = "pcf_tools_652ac3f36e1e4bca82eb3c1dc44e6fad"
_SCRIPT, _META = "bundle.js", "meta.json"
# As Microsoft's build has it, but for "strict", which here would only set "use strict" where it holds for what follows.
_TSCONFIG = {"compilerOptions": {"jsx": "react", "strict": False, "target": "es6", "useDefineForClassFields": False}}
_OPENING = f"var {_EXPORTS}=(()=>{{"
_OPTIONS = (
    "--bundle",
    "--minify",
    "--format=iife",
    f"--global-name={_EXPORTS}",
    "--target=es2017",
    "--platform=browser",
    '--define:process.env.NODE_ENV="production"',
    f"--tsconfig-raw={json.dumps(_TSCONFIG)}",
    # See style_sheets.py.
    "--loader:.css=js",
    "--log-level=error",
    "--color=false",
)


@dataclass(frozen=True, slots=True)
class Bundled:
    """A bundle.js, or why there is none."""

    script: str
    faults: tuple[str, ...] = ()


async def bundle_code(project: Project, toolchain: Toolchain, work: Path, *, limits: Limits = LIMITS) -> Bundled:
    """Bundle what the entry imports; CompileFault, CompilerUnavailable."""
    printed = await run(
        [
            toolchain.esbuild,
            f"./{project.entry}",
            *_OPTIONS,
            f"--outfile={work / _SCRIPT}",
            f"--metafile={work / _META}",
        ],
        name="esbuild",
        folder=work / "project",
        logs=work,
        limits=limits,
    )
    if faults := esbuild_faults(printed.stderr):
        return Bundled("", tuple(faults))
    if printed.code:
        raise CompilerUnavailable(f"esbuild ended with {printed.code} and said nothing of the code")
    if foreign := _foreign(work):
        return Bundled("", (f"error: the code reaches for {foreign} files outside the project",))
    _, opening, rest = (work / _SCRIPT).read_bytes().decode().partition(_OPENING)
    if not opening:
        raise CompilerUnavailable("esbuild does not write what was asked for")
    # The code was modules, and those are strict.
    return _checked(f'{opening}"use strict";{rest}{registration(project)}')


def registration(project: Project) -> str:
    """A script that hands the class to the platform, or leaves it in its namespace, where old hosts look for it."""
    parts = project.namespace.split(".")
    names = [".".join(parts[:length]) for length in range(1, len(parts) + 1)]
    made = "".join(f"{'' if '.' in name else 'var '}{name}={name}||{{}};" for name in names)
    full, constructor = f"{project.namespace}.{project.constructor}", f"{_EXPORTS}.{project.constructor}"
    return (
        "if(window.ComponentFramework&&window.ComponentFramework.registerControl)"
        f"{{ComponentFramework.registerControl('{full}',{constructor})}}"
        f"else{{{made}{full}={constructor};{_EXPORTS}=undefined}}\n"
    )


def _checked(script: str) -> Bundled:
    if len(script.encode()) > LARGEST:
        return Bundled("", ("error: the bundle is larger than 5 MB",))
    if dynamic_code(script):
        return Bundled("", ("error: the bundle makes code at run time, by eval or Function",))
    return Bundled(script)


def _foreign(work: Path) -> int:
    """How many files went into the bundle that are not the project's."""
    try:
        inputs = json.loads((work / _META).read_text("utf-8"))["inputs"]
    except (OSError, ValueError, KeyError) as error:
        raise CompilerUnavailable("esbuild does not say what it read") from error
    return sum(not (work / "project" / path).resolve().is_relative_to(work) for path in inputs)
