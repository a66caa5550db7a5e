"""Takes a case through the pipeline and holds what came of it against what should."""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

from pcf_generator import pipeline
from pcf_generator.checks.inspector import Inspector
from pcf_generator.domain.build import Result
from pcf_generator.domain.digest import digest
from pcf_generator.domain.judgement import CompilerVersions
from pcf_generator.domain.refusal import Clarification, Refusal
from pcf_generator.domain.source import SourceTree
from pcf_generator.packing.archive import pack
from pcf_generator.packing.importable import pack_importable
from pcf_generator.packing.project import render_project
from pcf_generator.packing.report import report
from pcf_generator.ports.compiler import Compiler
from pcf_generator.ports.knowledge import Knowledge
from pcf_generator.ports.model import Brief, Model
from pcf_generator.step import Step

from tests.eval.cases import Case
from tests.unit.generator.doubles.memory import MemoryArtifacts, MemoryJournal


@dataclass(frozen=True)
class Trial:
    """One case, once."""

    case: Case
    outcome: str
    code: str
    kind: str
    parameters: Mapping[str, object]
    compiled: bool | None
    """None where there was nothing to compile."""
    calls: tuple[Mapping[str, object], ...]
    read_s: float
    """How long the two stages took that read the prompt."""

    @property
    def outcome_right(self) -> bool:
        """Success is success, with or without a warning: which one it is hangs on a shade of colour."""
        wanted = self.case
        is_same = self.outcome == wanted.outcome or (wanted.succeeds and self.outcome.startswith("success"))
        return is_same and self.code == (wanted.code or self.code)

    @property
    def kind_right(self) -> bool:
        return not self.case.succeeds or not self.case.kind or self.kind == self.case.kind

    @property
    def parameters_right(self) -> bool:
        wanted = self.case.parameters if self.case.succeeds else {}
        return all(self.parameters.get(name) == value for name, value in wanted.items())


@dataclass
class OnceCompiler:
    """Implements `Compiler`: the same files are compiled once."""

    compiler: Compiler
    bundles: dict[str, str] = field(default_factory=dict)

    @property
    def versions(self) -> CompilerVersions:
        return self.compiler.versions

    async def __call__(self, tree: SourceTree) -> str:
        key = digest(tree)
        if key not in self.bundles:
            self.bundles[key] = await self.compiler(tree)
        return self.bundles[key]


@dataclass
class Clock:
    """Implements `StageObserver`: adds up the first three stages."""

    read_s: float = 0.0

    def stage_ended(self, stage: object, outcome: str, duration_s: float) -> None:
        if stage in {"intent-interpretation", "capability-matching", "specification-generation"}:
            self.read_s += duration_s


async def attempt(case: Case, model: Model, knowledge: Knowledge, compiler: Compiler | None) -> Trial:
    """Take it through all seven stages."""
    artifacts, clock = MemoryArtifacts(), Clock()
    kit = pipeline.Kit(model, render_project, Inspector(), pack, report, artifacts, pack_importable, compiler)

    async def holds(value: object) -> bool:
        return True

    ends_at = time.monotonic() + 120
    step = Step(MemoryJournal(), knowledge, observer=clock, holds=holds, stage_limit_s=60, ends_at=ends_at)
    brief = Brief(case.prompt, case.language)
    try:
        result = await pipeline.run(brief, kit, knowledge=knowledge, step=step)
    except Clarification as stop:
        return Trial(case, "clarification", stop.question.code, "", {}, None, (), clock.read_s)
    except Refusal as stop:
        compiled = False if stop.problem.code == "PCF-GEN-003" else None
        return Trial(case, "rejected", stop.problem.code, "", {}, compiled, (), clock.read_s)
    written = json.loads(next(artifacts.contents[a.sha256] for a in result.artifacts if a.kind == "report"))
    return Trial(
        case,
        _outcome(result),
        "",
        result.capability_id,
        written["specification"]["capabilities"]["customizations"],
        None if compiler is None else True,
        tuple(written["madeBy"]["model"]["calls"]),
        clock.read_s,
    )


def _outcome(result: Result) -> str:
    actions = {(finding.severity.value, finding.action.value) for finding in result.findings}
    if any(action == "downgraded" for _, action in actions):
        return "downgrade"
    return "success-with-warning" if ("warning", "noted") in actions else "success"
