"""Finds the compilers that `make compilers` installed, and says what is missing."""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pcf_generator.domain.judgement import CompilerVersions

__all__ = ["PINNED", "NoToolchain", "Toolchain", "find_toolchain"]

PINNED = CompilerVersions(typescript="7.0.2", esbuild="0.28.2", typings="1.3.18")
"""Those of requirements/compilers/package.json. No others are used: a bundle's bytes depend on them."""

_PLATFORMS: Mapping[tuple[str, str], str] = {
    ("linux", "x86_64"): "linux-x64",
    ("linux", "aarch64"): "linux-arm64",
    ("darwin", "x86_64"): "darwin-x64",
    ("darwin", "arm64"): "darwin-arm64",
}
_START_LIMIT_S = 10.0


@dataclass(frozen=True, slots=True)
class Toolchain:
    """Where the programs and the typings are; every path is absolute and without links."""

    tsc: Path
    esbuild: Path
    types: Path
    """The folder @types."""
    versions: CompilerVersions


@dataclass(frozen=True, slots=True)
class NoToolchain:
    """Nothing can be compiled here."""

    reason: str
    """One sentence for logs and reports."""


def find_toolchain(folder: Path) -> Toolchain | NoToolchain:
    """What is installed in the folder, after each program has said its version."""
    machine = (sys.platform, platform.machine())
    if machine not in _PLATFORMS:
        return NoToolchain(f"there are no compilers for {' on '.join(machine)}")
    if not folder.is_dir():
        return NoToolchain(f"there is no {folder}; `make compilers` makes it")
    modules = folder.resolve() / "node_modules"
    name = _PLATFORMS[machine]
    toolchain = Toolchain(
        tsc=modules / f"@typescript/typescript-{name}" / "lib" / "tsc",
        esbuild=modules / f"@esbuild/{name}" / "bin" / "esbuild",
        types=modules / "@types",
        versions=PINNED,
    )
    typings = _package_version(toolchain.types / "powerapps-component-framework")
    fault = (
        _program_fault("TypeScript", toolchain.tsc, PINNED.typescript)
        or _program_fault("esbuild", toolchain.esbuild, PINNED.esbuild)
        or _version_fault("@types/powerapps-component-framework", typings, PINNED.typings)
        or _version_fault("@types/react", _package_version(toolchain.types / "react"))
    )
    return NoToolchain(f"{fault}; `make compilers` mends it") if fault else toolchain


def _program_fault(name: str, program: Path, wanted: str) -> str:
    package = _package_version(program.parents[1])
    if fault := _version_fault(name, package, wanted):
        return fault
    if not os.access(program, os.X_OK):
        return f"the program of {name} is missing or cannot be executed"
    try:
        said = subprocess.run(  # noqa: S603 - a program of ours, and no shell
            [program, "--version"], env={}, capture_output=True, timeout=_START_LIMIT_S, check=True
        ).stdout
    except (OSError, subprocess.SubprocessError) as error:
        return f"the program of {name} does not run ({type(error).__name__})"
    words = said.decode(errors="replace").split()
    return _version_fault(name, words[-1] if words else "", wanted)


def _version_fault(name: str, found: str, wanted: str = "") -> str:
    if not found:
        return f"{name} is not installed"
    if wanted and found != wanted:
        return f"{name} is {found[:40]} and not {wanted}"
    return ""


def _package_version(folder: Path) -> str:
    """As its package.json has it; empty when there is none to be read."""
    try:
        package = json.loads((folder / "package.json").read_text("utf-8"))
    except (OSError, ValueError):
        return ""
    return str(package.get("version", "")) if isinstance(package, dict) else ""
