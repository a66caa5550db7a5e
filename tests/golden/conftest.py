"""Builds every golden case with a real brain, as the generator does, but keeps everything in memory."""

import asyncio
import hashlib
import io
import os
import time
import zipfile
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml
from pcf_brain import bootstrap
from pcf_brain.settings import BrainSettings
from pcf_generator import pipeline
from pcf_generator.adapters.brain_client import BrainClient
from pcf_generator.checks.inspector import Inspector
from pcf_generator.domain.build import Artifact, BuildOptions
from pcf_generator.domain.stage import Stage
from pcf_generator.models.offline.engine import OfflineEngine
from pcf_generator.packing.archive import pack
from pcf_generator.packing.importable import pack_importable
from pcf_generator.packing.project import render_project
from pcf_generator.packing.report import report
from pcf_generator.ports.journal import Checkpoint, StageDone
from pcf_generator.ports.knowledge import Knowledge
from pcf_generator.ports.model import Brief
from pcf_generator.step import Step
from pcf_runtime.client import open_channel, service_config

HERE = Path(__file__).parent
BRAIN = Path(os.environ.get("PCF_TEST_BRAIN", HERE.parents[1] / "ai-brain"))
CASES = sorted(path.parent.name for path in HERE.glob("*/request.yaml"))
Files = Mapping[str, bytes]
"""Contents by path: `expected/…` for the source, and `report.json`."""


@dataclass
class Contents:
    """Implements `ArtifactStore`, as far as a build needs it."""

    by_kind: dict[str, bytes] = field(default_factory=dict)

    async def put(self, *, kind: str, filename: str, media_type: str, content: bytes) -> Artifact:
        self.by_kind[kind] = content
        return Artifact(kind, filename, media_type, hashlib.sha256(content).hexdigest(), len(content))


class NoJournal:
    """Implements `Journal`: every stage runs."""

    def checkpoint(self, stage: Stage) -> Checkpoint | None:
        return None

    async def recall(self, input_hash: str) -> Checkpoint | None:
        return None

    async def stage_done(self, done: StageDone) -> None:
        """Keep nothing."""


class NoObserver:
    """Implements `StageObserver`."""

    def stage_ended(self, stage: Stage, outcome: str, duration_s: float) -> None:
        """See nothing."""


def build_all() -> Mapping[str, Files]:
    """What every case gives now."""

    async def build() -> dict[str, Files]:
        async with knowledge() as current:
            return {case: await build_one(request(case), current) for case in CASES}

    return asyncio.run(build())


def golden(case: str) -> Files:
    """What a case should give."""
    folder = HERE / case
    paths = [folder / "report.json", *folder.glob("expected/**/*")]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths if path.is_file()}


def request(case: str) -> Brief:
    """What is asked for."""
    asked = yaml.safe_load((HERE / case / "request.yaml").read_text("utf-8"))
    return Brief(asked["prompt"], options=BuildOptions(**asked.get("options", {})), answers=asked.get("answers", {}))


@asynccontextmanager
async def knowledge() -> AsyncIterator[Knowledge]:
    """The brain's current release."""
    settings = BrainSettings(folder=BRAIN, port=0, metrics_port=0)
    async with bootstrap.running(settings) as brain:
        channel = open_channel(f"127.0.0.1:{brain.port}", service_config=service_config("pcf.brain.v1"))
        try:
            yield await BrainClient(channel).current()
        finally:
            await channel.close()


async def build_one(brief: Brief, current: Knowledge) -> Files:
    """Take a request through the pipeline."""
    contents = Contents()
    kit = pipeline.Kit(OfflineEngine(), render_project, Inspector(), pack, report, contents, pack_importable)

    async def holds(value: object) -> bool:
        return True

    ends_at = time.monotonic() + 120
    step = Step(NoJournal(), current, observer=NoObserver(), holds=holds, stage_limit_s=60, ends_at=ends_at)
    await pipeline.run(brief, kit, knowledge=current, step=step)
    with zipfile.ZipFile(io.BytesIO(contents.by_kind["source"])) as archive:
        source = {f"expected/{name}": archive.read(name) for name in archive.namelist()}
    return {"report.json": contents.by_kind["report"], **source}


@pytest.fixture(scope="session")
def made() -> Mapping[str, Files]:
    return build_all()


@pytest.fixture(scope="session")
def brain_folder() -> Path:
    return BRAIN


@pytest.fixture(scope="session")
def wanted() -> Callable[[str], Files]:
    return golden


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes a `case` runs for each."""
    if "case" in metafunc.fixturenames:
        metafunc.parametrize("case", CASES)
