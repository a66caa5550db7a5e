"""A small brain, published into real buckets, and brains that serve it."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from pcf.brain.v1 import brain_pb2, brain_pb2_grpc
from pcf_brain.adapters.folder_store import FolderStore
from pcf_brain.adapters.opening import open_depot
from pcf_brain.bootstrap import running
from pcf_brain.promoting import Promoter
from pcf_brain.publishing import Publisher
from pcf_brain.settings import BrainSettings
from pcf_brain.trust import Signer, Trust
from pcf_runtime.client import open_channel, service_config

_TESTS = Path(__file__).parents[2]
_OWN_SCHEMAS = ("capability", "strings", "examples", "rule")


@dataclass(frozen=True, slots=True)
class Press:
    """Publishes versions of the small brain as people do, into the places it is given."""

    folder: Path
    signer: Signer

    @property
    def verifier(self) -> str:
        return self.signer.verifier.text

    async def create(self, place: str, version: str, *, signed: bool = True) -> str:
        (self.folder / "release.yaml").write_text(f'version: "{version}"\n')
        publisher = Publisher(open_depot(place), now=_now)
        digest = (await publisher.create(await FolderStore(self.folder).open())).digest
        if signed:
            await publisher.sign(digest, signer=self.signer)
        return digest

    async def promote(self, place: str, digest: str, *, trust: Trust | None = None) -> None:
        depot = open_depot(place)
        known = Trust((self.signer.verifier,)) if trust is None else trust
        await Promoter(depot, publisher=Publisher(depot, now=_now), trust=known).promote(digest)

    async def publish(self, version: str, *places: str) -> str:
        digest = ""
        for place in places:
            digest = await self.create(place, version)
            await self.promote(place, digest)
        return digest


@dataclass(frozen=True, slots=True)
class Served:
    """A brain as its callers see it."""

    stub: Any
    metrics_port: int

    async def version(self) -> str:
        request = brain_pb2.GetReleaseRequest(name="releases/current")
        return str((await self.stub.GetRelease(request, wait_for_ready=True, timeout=20)).version)

    async def until(self, version: str, *, within_s: float) -> None:
        """Returns once this version is served; fails if that takes longer."""
        async with asyncio.timeout(within_s):
            async for release in self.stub.WatchRelease(brain_pb2.WatchReleaseRequest(), wait_for_ready=True):
                if release.version == version:
                    return

    async def metric(self, name: str) -> float:
        """One sample, written as Prometheus writes it."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.metrics_port)
        writer.write(b"GET /metrics HTTP/1.0\r\n\r\n")
        text = (await reader.read()).decode()
        writer.close()
        (line,) = [line for line in text.splitlines() if line.startswith(f"{name} ")]
        return float(line.split()[-1])


Serve = Callable[..., AbstractAsyncContextManager[Served]]


@pytest.fixture
def brain(tmp_path: Path) -> Path:
    folder = tmp_path / "brain"
    shutil.copytree(_TESTS / "unit/brain/small", folder)
    for name in _OWN_SCHEMAS:
        shutil.copy(_TESTS.parent / f"ai-brain/schemas/{name}.schema.json", folder / "schemas")
    return folder


@pytest.fixture
def press(brain: Path) -> Press:
    return Press(brain, Signer.generate("brain.test"))


@pytest.fixture
def serve(press: Press) -> Serve:
    """Serve with these settings, signed releases only."""

    @asynccontextmanager
    async def start(**settings: object) -> AsyncIterator[Served]:
        given = {"port": 0, "metrics_port": 0, "drain_grace_s": 2, "release_key": press.verifier, **settings}
        async with running(BrainSettings(**given)) as service:
            config = service_config("pcf.brain.v1")
            async with open_channel(f"127.0.0.1:{service.port}", service_config=config) as channel:
                yield Served(brain_pb2_grpc.BrainServiceStub(channel), service.metrics_port)

    return start


@pytest.fixture
def seed() -> int:
    """Of what is left to chance; PCF_TEST_SEED repeats a run."""
    chosen = int(os.environ.get("PCF_TEST_SEED") or int.from_bytes(os.urandom(4)))
    print(f"PCF_TEST_SEED={chosen}")  # noqa: T201 - shown where the test fails
    return chosen


def _now() -> datetime:
    return datetime.now(UTC)
