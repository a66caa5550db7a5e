"""Checks types with TypeScript's native compiler: strictly, against the platform's typings and the manifest's.

Beyond the code itself it checks that the entry exports the class the manifest names, and that the class is a control.
"""

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from posixpath import splitext

from pcf_generator.compiler.diagnostics import tsc_faults
from pcf_generator.compiler.platform_libraries import untyped_modules
from pcf_generator.compiler.process import Limits, Printed, run
from pcf_generator.compiler.project import Project
from pcf_generator.compiler.sources import library_imports
from pcf_generator.compiler.toolchain import Toolchain
from pcf_generator.ports.compiler import CompilerUnavailable

__all__ = ["TYPES", "check_types", "configuration"]

TYPES = "generated/ManifestTypes.d.ts"
LIMITS = Limits(memory_mib=512)
"""A control of a few hundred lines takes 0.1 s and 55 MB, and gets by with a limit of 96 MiB: nearly all of it is the
typings of the DOM. A control with React takes 10 MB more. What needs five times as much is no control."""

_CONFIGURATION = "tsconfig.json"
_CONTROL = "control.ts"
_LIBRARIES = "libraries.d.ts"


def configuration(project: Project, toolchain: Toolchain, code: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Paths and texts of what tsc is told, for the code by path."""
    declarations = (path for path in code if path.endswith(".d.ts"))
    roots = [_CONTROL, _LIBRARIES, *(f"project/{path}" for path in (project.entry, *declarations))]
    options = {
        "strict": True,
        # A control's fields are set by init, not by a constructor.
        "strictPropertyInitialization": False,
        "noEmit": True,
        "skipLibCheck": True,
        "target": "es6",
        "module": "es2020",
        "moduleResolution": "bundler",
        "lib": ["es2020", "dom"],
        "jsx": "react",
        # esbuild finds the style sheets.
        "noUncheckedSideEffectImports": False,
        "typeRoots": [str(toolchain.types)],
        "types": ["powerapps-component-framework"],
        "paths": {"react": [str(toolchain.types / "react" / "index.d.ts")]} if "react" in project.globals else {},
    }
    yield _CONFIGURATION, json.dumps({"compilerOptions": options, "files": roots})
    scripts = ((path, text) for path, text in code.items() if not path.endswith(".css"))
    yield _LIBRARIES, untyped_modules(found for path, text in scripts for found in library_imports(path, text))
    yield _CONTROL, _control(project)


async def check_types(project: Project, toolchain: Toolchain, work: Path, *, limits: Limits = LIMITS) -> list[str]:
    """The errors, empty when there are none; CompileFault, CompilerUnavailable."""
    printed = await run(
        [toolchain.tsc, "--project", work / _CONFIGURATION, "--pretty", "false", "--singleThreaded", "--listFiles"],
        name="TypeScript",
        folder=work / "project",
        logs=work,
        limits=limits,
    )
    if foreign := _foreign(printed, (work, toolchain.tsc.parent, toolchain.types.parent)):
        return [f"error: the code reaches for {foreign} files outside the project"]
    faults = tsc_faults(printed.stdout)
    if printed.code and not faults:
        raise CompilerUnavailable(f"TypeScript ended with {printed.code} and said nothing of the code")
    # What is wrong with our use of the class follows from what is wrong with the class, if anything is.
    own = [fault for fault in faults if not fault.startswith(f"../{_CONTROL}")]
    return [_told(fault, project, work) for fault in own or faults]


def _control(project: Project) -> str:
    """A module that uses the class as the platform does."""
    entry, types = splitext(project.entry)[0], splitext(splitext(f"{project.folder}/{TYPES}")[0])[0]
    kind = "ReactControl" if project.is_virtual else "StandardControl"
    return (
        f"import {{ {project.constructor} }} from {json.dumps(f'./project/{entry}')};\n"
        f"import type {{ IInputs, IOutputs }} from {json.dumps(f'./project/{types}')};\n"
        f"export const control: ComponentFramework.{kind}<IInputs, IOutputs> = new {project.constructor}();\n"
    )


def _foreign(printed: Printed, known: tuple[Path, ...]) -> int:
    """How many files were read that are neither the project's nor TypeScript's."""
    read = (line for line in printed.stdout.splitlines() if line.startswith("/") and " error TS" not in line)
    return sum(not any(Path(line).is_relative_to(folder) for folder in known) for line in read)


def _told(fault: str, project: Project, work: Path) -> str:
    """Without our own paths."""
    fault = fault.replace(f"{work}/project/", "").replace(f"{work}/", "")
    return re.sub(rf"^\.\./{re.escape(_CONTROL)}\(\d+,\d+\)", project.entry, fault)
