"""Whole builds in memory: a prompt in, everything it came to out."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pcf_generator import pipeline
from pcf_generator.checks.inspector import Inspector
from pcf_generator.domain.build import BuildOptions, Result
from pcf_generator.domain.refusal import Clarification, Problem, Question, Refusal
from pcf_generator.domain.stage import Stage
from pcf_generator.models.offline.engine import OfflineEngine
from pcf_generator.packing.archive import pack
from pcf_generator.packing.importable import pack_importable
from pcf_generator.packing.project import render_project
from pcf_generator.packing.report import report
from pcf_generator.ports.journal import StageDone
from pcf_generator.ports.model import Brief, Model
from pcf_generator.step import Step

from tests.unit.generator.doubles.knowledge import RepositoryKnowledge
from tests.unit.generator.doubles.memory import MemoryArtifacts, MemoryJournal, Observations


@dataclass(frozen=True)
class Built:
    """How a prompt ended: exactly one of result, problem and question is set."""

    result: Result | None
    problem: Problem | None
    question: Question | None
    report: dict | None
    contents: Mapping[str, bytes]
    done: Mapping[Stage, StageDone]
    """What each stage that was run left behind."""


Build = Callable[..., Built]


ENGINE = OfflineEngine()


def builder(knowledge: RepositoryKnowledge, model: Model = ENGINE) -> Build:
    """Builds with a release and a model, each in an event loop of its own."""
    artifacts, journal = MemoryArtifacts(), MemoryJournal()

    def run(prompt: str, *, answers: Mapping[str, str] | None = None, language: str = "en", **options: str) -> Built:
        brief = Brief(prompt, language, BuildOptions(**options), answers or {})
        return asyncio.run(run_brief(brief, knowledge, artifacts, journal, model))

    return run


async def run_brief(
    brief: Brief,
    knowledge: RepositoryKnowledge,
    artifacts: MemoryArtifacts,
    journal: MemoryJournal,
    model: Model = ENGINE,
) -> Built:
    journal.done.clear()
    kit = pipeline.Kit(model, render_project, Inspector(), pack, report, artifacts, pack_importable)
    loop = asyncio.get_running_loop()

    async def holds(value: object) -> bool:
        return True

    step = Step(journal, knowledge, observer=Observations(), holds=holds, stage_limit_s=30, ends_at=loop.time() + 120)
    try:
        result = await pipeline.run(brief, kit, knowledge=knowledge, step=step)
    except Refusal as stop:
        return Built(None, stop.problem, None, None, artifacts.contents, dict(journal.done))
    except Clarification as stop:
        return Built(None, None, stop.question, None, artifacts.contents, dict(journal.done))
    content = artifacts.contents[next(a.sha256 for a in result.artifacts if a.kind == "report")]
    return Built(result, None, None, json.loads(content), artifacts.contents, dict(journal.done))
