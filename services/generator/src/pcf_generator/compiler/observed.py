"""Counts what a compiler is asked and what comes of it, for metrics."""

import time
from typing import Protocol

from pcf_generator.domain.judgement import CompilerVersions
from pcf_generator.domain.source import SourceTree
from pcf_generator.ports.compiler import CompileFault, Compiler

__all__ = ["CompilerObserver", "ObservedCompiler"]


class CompilerObserver(Protocol):
    """Is told how compilations end: metrics."""

    def compiled(self, outcome: str, duration_s: float) -> None:
        """`outcome` is `compiled`, `refused` (the code is at fault), or `failed` (nothing is known of the code)."""


class ObservedCompiler:
    """Implements `Compiler` by another one."""

    def __init__(self, compiler: Compiler, observer: CompilerObserver) -> None:
        self._compiler = compiler
        self._observer = observer

    @property
    def versions(self) -> CompilerVersions:
        return self._compiler.versions

    async def __call__(self, tree: SourceTree) -> str:
        began = time.monotonic()
        outcome = "failed"
        try:
            bundle = await self._compiler(tree)
            outcome = "compiled"
        except CompileFault:
            outcome = "refused"
            raise
        finally:
            self._observer.compiled(outcome, time.monotonic() - began)
        return bundle
