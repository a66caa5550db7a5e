"""The repository's brain, read without a brain service, and a pipeline that runs in memory."""

import asyncio
import functools
import hashlib
import json
import os
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import jsonschema_rs
import pytest
from pcf_brain.adapters.folder_store import FolderStore
from pcf_brain.loader import load
from pcf_generator import pipeline
from pcf_generator.adapters.brain_files.capability import capability, kinds
from pcf_generator.adapters.brain_files.language import language_rules
from pcf_generator.adapters.brain_files.rules import rules
from pcf_generator.adapters.brain_files.strings import strings
from pcf_generator.checks.inspector import Inspector
from pcf_generator.domain.build import Artifact, BuildOptions, Result
from pcf_generator.domain.capability import Capability, Kind
from pcf_generator.domain.language import LanguageRules
from pcf_generator.domain.refusal import Clarification, Problem, Question, Refusal
from pcf_generator.domain.rule import Rule
from pcf_generator.domain.source import Strings, Template
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import Route
from pcf_generator.models.offline.engine import OfflineEngine
from pcf_generator.packing.archive import pack
from pcf_generator.packing.project import render_project
from pcf_generator.packing.report import report
from pcf_generator.ports import Brief, Checkpoint, LanguageUnknown, StageDone
from pcf_generator.step import Step

BRAIN = Path(os.environ.get("PCF_TEST_BRAIN", Path(__file__).parents[3] / "ai-brain"))


@dataclass
class RepositoryKnowledge:
    """Implements `Knowledge` on the files of one release."""

    release: str
    files: Mapping[str, str]

    async def language(self, language: str) -> LanguageRules:
        if f"intent/lexicon/{language}.yaml" not in self.files:
            raise LanguageUnknown(language)
        return self._language(language)

    async def kinds(self, language: str) -> tuple[Kind, ...]:
        path = f"derived/kinds.{language}.json"
        return kinds(path, self.files[path])

    async def capability(self, capability_id: str) -> Capability:
        return self._capability(capability_id)

    async def specification_rules(self) -> tuple[Rule, ...]:
        return self._rules("specification")

    async def code_rules(self) -> tuple[Rule, ...]:
        return self._rules("code")

    async def spec_faults(self, document: Mapping[str, object]) -> tuple[str, ...]:
        schema = json.loads(self.files["schemas/component-spec.schema.json"])
        return tuple(error.message for error in jsonschema_rs.Draft202012Validator(schema).iter_errors(document))

    async def project_templates(self) -> tuple[Template, ...]:
        return self._templates("templates/")

    async def control_templates(self, capability_id: str) -> tuple[Template, ...]:
        return tuple(t for t in self._templates(f"capabilities/{capability_id}/") if t.path.endswith(".j2"))

    async def strings(self, capability_id: str) -> tuple[Strings, ...]:
        folder = f"capabilities/{capability_id}/strings/"
        return tuple(strings(path, text) for path, text in sorted(self.files.items()) if path.startswith(folder))

    def routes(self) -> tuple[Route, ...]:
        return ()

    @functools.cache  # noqa: B019 - lives as long as the test session
    def _language(self, language: str) -> LanguageRules:
        path = f"derived/kinds.{language}.json"
        return language_rules(language, self.files, kinds(path, self.files[path]))

    @functools.cache  # noqa: B019
    def _capability(self, capability_id: str) -> Capability:
        path = f"capabilities/{capability_id}/capability.yaml"
        return capability(path, self.files[path])

    @functools.cache  # noqa: B019
    def _rules(self, judged: str) -> tuple[Rule, ...]:
        path = f"derived/rules.{judged}.json"
        return rules(path, self.files[path])

    def _templates(self, folder: str) -> tuple[Template, ...]:
        return tuple(Template(p, "", text) for p, text in sorted(self.files.items()) if p.startswith(folder))

    def __hash__(self) -> int:
        return hash(self.release)


@pytest.fixture(scope="session")
def knowledge() -> RepositoryKnowledge:
    """The repository's own release."""

    async def read() -> RepositoryKnowledge:
        loaded = await load(await FolderStore(BRAIN).open(), now=lambda: datetime.now(UTC))
        files = {path: (await loaded.snapshot.read(path)).decode() for path in loaded.release.files}
        return RepositoryKnowledge(loaded.release.name, files)

    return asyncio.run(read())


@dataclass
class MemoryArtifacts:
    """Implements `ArtifactStore`."""

    contents: dict[str, bytes] = field(default_factory=dict)

    async def put(self, *, kind: str, filename: str, media_type: str, content: bytes) -> Artifact:
        sha256 = hashlib.sha256(content).hexdigest()
        self.contents[sha256] = content
        return Artifact(kind, filename, media_type, sha256, len(content))

    async def holds(self, sha256: str) -> bool:
        return sha256 in self.contents

    async def read(self, sha256: str, *, offset: int, limit: int) -> AsyncIterator[bytes]:
        yield self.contents[sha256][offset : offset + limit]


@dataclass
class MemoryJournal:
    """Implements `Journal`; what one run left can be given to the next."""

    done: dict[Stage, StageDone] = field(default_factory=dict)
    shared: dict[str, Checkpoint] = field(default_factory=dict)

    def checkpoint(self, stage: Stage) -> Checkpoint | None:
        return self.done[stage].checkpoint if stage in self.done else None

    async def recall(self, input_hash: str) -> Checkpoint | None:
        return self.shared.get(input_hash)

    async def stage_done(self, done: StageDone) -> None:
        self.done[done.stage] = done
        if done.shared:
            self.shared[done.checkpoint.input_hash] = done.checkpoint


@dataclass
class Observations:
    """Implements `StageObserver`."""

    ended: list[tuple[Stage, str]] = field(default_factory=list)

    def stage_ended(self, stage: Stage, outcome: str, duration_s: float) -> None:
        self.ended.append((stage, outcome))


@dataclass(frozen=True)
class Built:
    """How a prompt ended: exactly one of result, problem and question is set."""

    result: Result | None
    problem: Problem | None
    question: Question | None
    report: dict | None
    contents: Mapping[str, bytes]


Build = Callable[..., Built]


@pytest.fixture
def build(knowledge: RepositoryKnowledge) -> Build:
    """Take a prompt through the whole pipeline in memory."""
    artifacts, journal = MemoryArtifacts(), MemoryJournal()

    def run(prompt: str, *, answers: Mapping[str, str] | None = None, language: str = "en", **options: str) -> Built:
        brief = Brief(prompt, language, BuildOptions(**options), answers or {})
        return asyncio.run(run_brief(brief, knowledge, artifacts, journal))

    return run


async def run_brief(
    brief: Brief, knowledge: RepositoryKnowledge, artifacts: MemoryArtifacts, journal: MemoryJournal
) -> Built:
    journal.done.clear()
    kit = pipeline.Kit(ENGINE, render_project, Inspector(), pack, report, artifacts)
    loop = asyncio.get_running_loop()

    async def holds(value: object) -> bool:
        return True

    step = Step(
        journal, knowledge, observer=Observations(), holds=holds, stage_limit_s=30, ends_at=loop.time() + 120
    )
    try:
        result = await pipeline.run(brief, kit, knowledge=knowledge, step=step)
    except Refusal as stop:
        return Built(None, stop.problem, None, None, artifacts.contents)
    except Clarification as stop:
        return Built(None, None, stop.question, None, artifacts.contents)
    content = artifacts.contents[next(a.sha256 for a in result.artifacts if a.kind == "report")]
    return Built(result, None, None, json.loads(content), artifacts.contents)


ENGINE = OfflineEngine()
