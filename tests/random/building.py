"""Runs the real pipeline, compilers included, on what was drawn."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from pcf_generator import pipeline
from pcf_generator.checks.inspector import Inspector
from pcf_generator.domain.capability import Capability
from pcf_generator.domain.intent import Interpretation
from pcf_generator.domain.judgement import CompilerVersions
from pcf_generator.domain.refusal import Problem, Refusal
from pcf_generator.domain.source import SourceTree
from pcf_generator.packing.archive import pack
from pcf_generator.packing.importable import pack_importable
from pcf_generator.packing.project import render_project
from pcf_generator.packing.report import report
from pcf_generator.ports.compiler import Compiler
from pcf_generator.ports.model import Brief, Draft
from pcf_generator.step import Step

from tests.random.drawing import Drawn
from tests.unit.generator.doubles.knowledge import RepositoryKnowledge
from tests.unit.generator.doubles.memory import MemoryArtifacts, MemoryJournal, Observations

PROMPT = "drawn at random"
NO_VERSIONS = CompilerVersions("none", "none", "none")


@dataclass(frozen=True)
class Dictated:
    """Implements `Model`: says what was drawn."""

    drawn: Drawn
    name: str = "dictated"

    async def interpret(self, brief: Brief, *, knowledge: RepositoryKnowledge) -> Interpretation:
        return self.drawn.interpretation

    async def specify(self, brief: Brief, capability: Capability, *, knowledge: RepositoryKnowledge) -> Draft:
        return Draft(self.drawn.parameters)


@dataclass
class Kept:
    """Keeps the last source tree and bundle that went by."""

    compiler: Compiler
    trees: list[SourceTree] = field(default_factory=list)
    bundles: list[str] = field(default_factory=list)

    @property
    def versions(self) -> CompilerVersions:
        return self.compiler.versions

    async def __call__(self, tree: SourceTree) -> str:
        self.trees.append(tree)
        self.bundles.append(await self.compiler(tree))
        return self.bundles[-1]


@dataclass(frozen=True)
class Idle:
    """Implements `Compiler` for whoever wants the source alone."""

    versions: CompilerVersions = NO_VERSIONS

    async def __call__(self, tree: SourceTree) -> str:
        return ";"


@dataclass(frozen=True)
class Outcome:
    """What came of it: a problem, or the tree and its bundle."""

    problem: Problem | None = None
    tree: SourceTree | None = None
    bundle: str = ""
    artifacts: Mapping[str, bytes] = field(default_factory=dict)


async def build(drawn: Drawn, knowledge: RepositoryKnowledge, compiler: Compiler) -> Outcome:
    """Take it through all seven stages."""
    kept, artifacts = Kept(compiler), MemoryArtifacts()
    kit = pipeline.Kit(Dictated(drawn), render_project, Inspector(), pack, report, artifacts, pack_importable, kept)

    async def holds(value: object) -> bool:
        return True

    ends_at = asyncio.get_running_loop().time() + 120
    step = Step(MemoryJournal(), knowledge, observer=Observations(), holds=holds, stage_limit_s=60, ends_at=ends_at)
    try:
        result = await pipeline.run(Brief(PROMPT, options=drawn.options), kit, knowledge=knowledge, step=step)
    except Refusal as refusal:
        return Outcome(problem=refusal.problem)
    contents = {artifact.kind: artifacts.contents[artifact.sha256] for artifact in result.artifacts}
    return Outcome(tree=kept.trees[-1], bundle=kept.bundles[-1], artifacts=contents)
