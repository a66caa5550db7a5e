"""The `Compiler` port on native programs: TypeScript and esbuild at once, on a folder of their own."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from pcf_generator.compiler import bundle, type_check
from pcf_generator.compiler.bundle import bundle_code
from pcf_generator.compiler.diagnostics import limited
from pcf_generator.compiler.platform_libraries import module_files
from pcf_generator.compiler.process import Limits
from pcf_generator.compiler.project import Project, read_project
from pcf_generator.compiler.sources import import_faults, is_code, style_imports
from pcf_generator.compiler.style_sheets import style_faults, style_module
from pcf_generator.compiler.toolchain import Toolchain
from pcf_generator.compiler.type_check import TYPES, check_types, configuration
from pcf_generator.compiler.workspace import path_faults, workspace
from pcf_generator.domain.judgement import CompilerVersions
from pcf_generator.domain.source import SourceTree
from pcf_generator.ports.compiler import CompileFault

__all__ = ["ManifestTypes", "NativeCompiler"]

ManifestTypes = Callable[[str], str]
"""From the text of a manifest, the text of its ManifestTypes.d.ts."""


class NativeCompiler:
    """Implements `Compiler`."""

    def __init__(
        self,
        toolchain: Toolchain,
        *,
        manifest_types: ManifestTypes,
        folder: Path | None = None,
        at_once: int | None = None,
        type_check_limits: Limits = type_check.LIMITS,
        bundle_limits: Limits = bundle.LIMITS,
    ) -> None:
        """`folder` holds the work, by default where the system has its temporary files.

        `at_once` is how many compilations run at a time, by default one for each processor: more only take longer.
        """
        self._toolchain = toolchain
        self._manifest_types = manifest_types
        self._folder = folder
        self._turn = asyncio.Semaphore(at_once or _processors())
        self._type_check_limits = type_check_limits
        self._bundle_limits = bundle_limits

    @property
    def versions(self) -> CompilerVersions:
        return self._toolchain.versions

    async def __call__(self, tree: SourceTree) -> str:
        project, files = self._prepared(tree)
        async with self._turn:
            with workspace(self._folder, files) as work:
                return await self._compiled(project, work)

    def _prepared(self, tree: SourceTree) -> tuple[Project, Mapping[str, str]]:
        """What is compiled, and every file of the work's folder."""
        _raise_if(path_faults([file.path for file in tree.files]))
        project = read_project(tree)
        code = {file.path: file.text for file in tree.files if is_code(file.path)}
        code[f"{project.folder}/{TYPES}"] = self._manifest_types(project.manifest)
        _raise_if(_source_faults(code, project))
        files = {
            f"project/{path}": style_module(text) if path.endswith(".css") else text for path, text in code.items()
        }
        files |= {f"node_modules/{path}": text for path, text in module_files(project.globals)}
        return project, files | dict(configuration(project, self._toolchain, code))

    async def _compiled(self, project: Project, work: Path) -> str:
        check, bundled = await asyncio.gather(
            check_types(project, self._toolchain, work, limits=self._type_check_limits),
            bundle_code(project, self._toolchain, work, limits=self._bundle_limits),
            # So that both have ended before their folder goes.
            return_exceptions=True,
        )
        if isinstance(check, BaseException):
            raise check
        # What TypeScript says of code that cannot be read is the clearer of the two.
        _raise_if(check)
        if isinstance(bundled, BaseException):
            raise bundled
        _raise_if(bundled.faults)
        return bundled.script


def _source_faults(code: Mapping[str, str], project: Project) -> Iterator[str]:
    for path, text in code.items():
        if path.endswith(".css"):
            continue
        yield from import_faults(path, text, project.globals.keys())
        for sheet in style_imports(path, text):
            if sheet in code:
                yield from style_faults(sheet, code[sheet])


def _raise_if(faults: Iterable[str]) -> None:
    if messages := limited(faults):
        raise CompileFault(*messages)


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
