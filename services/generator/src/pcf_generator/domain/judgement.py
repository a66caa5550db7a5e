"""Values that stages hand on: what was matched, judged and approved."""

from dataclasses import dataclass

from pcf_generator.domain.build import Artifact
from pcf_generator.domain.consulted import Consulted
from pcf_generator.domain.finding import Finding
from pcf_generator.domain.spec import ComponentSpec


@dataclass(frozen=True, slots=True)
class Match:
    """The kind a build goes on with."""

    capability_id: str
    release: str


@dataclass(frozen=True, slots=True)
class Specified:
    """A specification, the phrases of the prompt that had no part in it, and the language models that were asked."""

    spec: ComponentSpec
    unmapped_phrases: tuple[str, ...]
    consulted: tuple[Consulted, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one rule gave: passed, fixed, downgraded, noted (a warning or information that stands) or rejected."""

    rule_id: str
    severity: str
    result: str


@dataclass(frozen=True, slots=True)
class Validated:
    """A specification after the rules: repaired where a fix could, with everything that was found."""

    spec: ComponentSpec
    findings: tuple[Finding, ...]
    results: tuple[RuleResult, ...]


@dataclass(frozen=True, slots=True)
class Approved:
    """A specification that may be generated. The same one with the same release gives the same bytes."""

    spec: ComponentSpec
    release: str


@dataclass(frozen=True, slots=True)
class FileEntry:
    """A file of the project, for the report."""

    path: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class CompilerVersions:
    """What a control was compiled with: part of what makes the same specification give the same bytes."""

    typescript: str
    esbuild: str
    typings: str


@dataclass(frozen=True, slots=True)
class Package:
    """What was packed: the source first, then the solutions, if there was a compiler to make them."""

    artifacts: tuple[Artifact, ...]
    files: tuple[FileEntry, ...]
    """Those of the source."""
    solution_files: tuple[FileEntry, ...]
    """Those of the unmanaged solution."""
    compilers: CompilerVersions | None
    findings: tuple[Finding, ...]
    results: tuple[RuleResult, ...]
    """What the rules said of the code."""
