"""What compiles a control."""

from typing import Protocol

from pcf_generator.domain.judgement import CompilerVersions
from pcf_generator.domain.source import SourceTree
from pcf_generator.ports.outside import OutsideUnavailable


class CompileFault(Exception):  # noqa: N818
    """The code does not compile; `messages` say where and why, with paths inside the project."""

    def __init__(self, *messages: str) -> None:
        super().__init__("; ".join(messages))
        self.messages = messages


class CompilerUnavailable(OutsideUnavailable):
    """The compiler could not be started, or took more than it may; the code need not be at fault."""

    who = "the compiler"


class Compiler(Protocol):
    """Checks types and bundles, in a process of its own."""

    @property
    def versions(self) -> CompilerVersions:
        """What compiles here."""

    async def __call__(self, tree: SourceTree) -> str:
        """The text of bundle.js; CompileFault or CompilerUnavailable."""
