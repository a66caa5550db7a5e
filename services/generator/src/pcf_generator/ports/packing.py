"""What looks at finished files, packs them and keeps them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from pcf_generator.domain.build import Artifact
from pcf_generator.domain.intent import Interpretation
from pcf_generator.domain.judgement import Approved, FileEntry, Package, Specified, Validated
from pcf_generator.domain.source import SourceTree
from pcf_generator.domain.spec import ComponentSpec
from pcf_generator.ports.compiler import Compiler
from pcf_generator.ports.model import Brief
from pcf_generator.ports.outside import OutsideUnavailable


class SourceInspector(Protocol):
    """Looks at generated files without running them."""

    def facts(self, tree: SourceTree) -> Mapping[str, object]:
        """The variables of the rules that judge code."""

    def structure_faults(self, tree: SourceTree) -> tuple[str, ...]:
        """What is wrong with the project's structure; empty when nothing is."""

    def is_packed(self, content: bytes, tree: SourceTree) -> bool:
        """Whether the ZIP can be read and holds exactly these files."""


class Packer(Protocol):
    """Packs files; the same files give the same bytes."""

    def __call__(self, tree: SourceTree) -> bytes:
        """A ZIP."""


class SolutionFault(Exception):  # noqa: N818
    """The solution would not import."""


@dataclass(frozen=True, slots=True)
class PackedSolution:
    """A solution's ZIP, and the files in it."""

    content: bytes
    files: tuple[FileEntry, ...]


class SolutionPacker(Protocol):
    """Packs a compiled control into what an environment imports."""

    def __call__(self, spec: ComponentSpec, tree: SourceTree, bundle: str, *, managed: bool) -> PackedSolution:
        """The same values give the same bytes; SolutionFault when what came out is not fit to import."""


class ReportWriter(Protocol):
    """Writes the report of a build."""

    def __call__(
        self,
        brief: Brief,
        interpretation: Interpretation,
        specified: Specified,
        validated: Validated,
        approved: Approved,
        package: Package,
    ) -> bytes:
        """The report's bytes; the same values give the same bytes."""


class ArtifactsUnavailable(OutsideUnavailable):
    """The store of the artifacts does not answer now, or refuses us until its operators have mended that."""

    who = "the artifact store"


class ArtifactWriter(Protocol):
    """Keeps an artifact's bytes under their hash."""

    async def __call__(self, *, kind: str, filename: str, media_type: str, content: bytes) -> Artifact:
        """Store the bytes, unless they are there, and describe them."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What the last stage works with; `compile` is None where no compiler is installed."""

    inspect: SourceInspector
    pack: Packer
    compile: Compiler | None
    pack_solution: SolutionPacker
    store: ArtifactWriter
