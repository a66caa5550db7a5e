"""Brain, audit and generator, each on a real server of its own, talking to one another."""

import asyncio
import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pcf.audit.v1 import audit_pb2, audit_pb2_grpc
from pcf.brain.v1 import brain_pb2, brain_pb2_grpc
from pcf.generator.v1 import generator_pb2 as pb
from pcf.generator.v1 import generator_pb2_grpc
from pcf_audit.bootstrap import running as audit_running
from pcf_audit.settings import AuditSettings
from pcf_brain.bootstrap import running as brain_running
from pcf_brain.settings import BrainSettings
from pcf_generator.adapters.postgres.build_store import PostgresBuildStore
from pcf_generator.adapters.postgres.opening import open_store as opened_store
from pcf_generator.bootstrap import running as generator_running
from pcf_generator.settings import GeneratorSettings
from pcf_runtime.client import open_channel, service_config
from pcf_runtime.ids import new_ulid
from pcf_runtime.postgres.commands import migrate
from pcf_runtime.server import Rpc
from pcf_runtime.testing import serving

BRAIN = Path(os.environ.get("PCF_TEST_BRAIN", Path(__file__).parents[3] / "ai-brain"))
SETTLED = {
    pb.Build.STATE_NEEDS_INPUT,
    pb.Build.STATE_SUCCEEDED,
    pb.Build.STATE_FAILED,
    pb.Build.STATE_CANCELLED,
}
Start = Callable[..., AbstractAsyncContextManager[Any]]


@dataclass(frozen=True, slots=True)
class Client:
    """A generator as its callers see it."""

    stub: generator_pb2_grpc.GeneratorServiceStub

    async def create(self, prompt: str, **fields: object) -> pb.Build:
        return await self.stub.CreateBuild(pb.CreateBuildRequest(prompt=prompt, **fields))

    async def settled(self, build: pb.Build, *, within_s: float = 40.0) -> pb.Build:
        """The build once it has settled, by watching it."""
        call = self.stub.WatchBuild(pb.WatchBuildRequest(name=build.name), timeout=within_s)
        async for _ in call:
            pass
        return await self.get(build)

    async def until_settled(self, build: pb.Build) -> pb.Build:
        """The build once it has settled, by looking again and again."""
        async with asyncio.timeout(60):
            while (now := await self.get(build)).state not in SETTLED:
                pass
        return now

    async def get(self, build: pb.Build) -> pb.Build:
        return await self.stub.GetBuild(pb.GetBuildRequest(name=build.name))

    async def events(self, build: pb.Build) -> list[pb.BuildEvent]:
        return [event async for event in self.stub.WatchBuild(pb.WatchBuildRequest(name=build.name))]

    async def download(self, build: pb.Build, kind: str) -> bytes:
        request = pb.DownloadArtifactRequest(name=f"{build.name}/artifacts/{kind}")
        return b"".join([message.chunk async for message in self.stub.DownloadArtifact(request)])


@dataclass(frozen=True, slots=True)
class Log:
    """The audit log as its readers see it."""

    stub: audit_pb2_grpc.AuditServiceStub

    async def events(self, build: pb.Build | None = None) -> list[audit_pb2.Event]:
        """Oldest first."""
        chosen = audit_pb2.EventFilter(build=build.name if build else "")
        return [event async for event in self.stub.ExportEvents(audit_pb2.ExportEventsRequest(filter=chosen))]

    async def until(self, build: pb.Build, last: str) -> list[audit_pb2.Event]:
        """The events of a build once one of this type is the last: the audit log lags a little behind."""
        async with asyncio.timeout(30):
            while not (events := await self.events(build)) or events[-1].type != last:
                pass
        return events


@asynccontextmanager
async def connected(port: int) -> AsyncIterator[Client]:
    async with open_channel(f"127.0.0.1:{port}", service_config=service_config("pcf.generator.v1")) as channel:
        yield Client(generator_pb2_grpc.GeneratorServiceStub(channel))


@pytest.fixture
def connect() -> Start:
    """A client of the generator at a port."""
    return connected


@pytest.fixture
def free_port() -> Callable[[], int]:
    """A port where nobody listens, yet."""

    def find() -> int:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            return int(taken.getsockname()[1])

    return find


@asynccontextmanager
async def brain_at(*, port: int = 0) -> AsyncIterator[int]:
    async with brain_running(BrainSettings(port=port, metrics_port=0, folder=BRAIN, poll_interval_s=0)) as started:
        yield started.port


@pytest.fixture
def start_brain() -> Start:
    """The brain with the repository's files; gives its port."""
    return brain_at


@asynccontextmanager
async def audit_at(folder: Path, *, port: int = 0) -> AsyncIterator[tuple[int, Log]]:
    async with (
        audit_running(AuditSettings(port=port, metrics_port=0, database=folder / "audit.db")) as started,
        open_channel(f"127.0.0.1:{started.port}", service_config=service_config("pcf.audit.v1")) as channel,
    ):
        yield started.port, Log(audit_pb2_grpc.AuditServiceStub(channel))


@pytest.fixture
def start_audit(tmp_path: Path) -> Start:
    """The audit service; gives its port and its log."""
    return partial(audit_at, tmp_path)


@asynccontextmanager
async def generator_at(folder: Path, *, brain: int, audit: int, **settings: object) -> AsyncIterator[Client]:
    values = {"port": 0, "metrics_port": 0, "database": folder / "builds.db", "artifacts": folder / "artifacts"}
    targets = {"brain_target": f"127.0.0.1:{brain}", "audit_target": f"127.0.0.1:{audit}"}
    async with (
        generator_running(GeneratorSettings(**{**values, **targets, **settings})) as started,
        connected(started.port) as client,
    ):
        yield client


@pytest.fixture
def start_generator(tmp_path: Path) -> Start:
    """The generator; gives a client of it."""
    return partial(generator_at, tmp_path)


@dataclass(frozen=True, slots=True)
class Trio:
    """All three, up and running."""

    generator: Client
    log: Log


@pytest.fixture
async def trio(start_brain: Start, start_audit: Start, start_generator: Start) -> AsyncIterator[Trio]:
    async with (
        start_brain() as brain,
        start_audit() as (audit, log),
        start_generator(brain=brain, audit=audit) as generator,
    ):
        yield Trio(generator, log)


@dataclass
class HeldBrain(brain_pb2_grpc.BrainServiceServicer):
    """The real brain behind a door: as long as it is shut, builds stay in their first stage."""

    stub: Any
    door: asyncio.Event = field(default_factory=asyncio.Event)
    waiting: int = 0
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def GetRelease(self, request: brain_pb2.GetReleaseRequest, context: Any) -> Any:  # noqa: N802
        return await self.stub.GetRelease(request)

    async def RouteTask(self, request: brain_pb2.RouteTaskRequest, context: Any) -> Any:  # noqa: N802
        await self._count(1)
        try:
            await self.door.wait()
        finally:
            await self._count(-1)
        return await self.stub.RouteTask(request)

    async def held(self, count: int) -> None:
        """Until so many builds are held up."""
        async with asyncio.timeout(30), self.changed:
            await self.changed.wait_for(lambda: self.waiting >= count)

    async def _count(self, change: int) -> None:
        async with self.changed:
            self.waiting += change
            self.changed.notify_all()


@pytest.fixture
async def held_brain(start_brain: Start) -> AsyncIterator[tuple[HeldBrain, int]]:
    async with (
        start_brain() as port,
        open_channel(f"127.0.0.1:{port}", service_config=service_config("pcf.brain.v1")) as channel,
    ):
        held = HeldBrain(brain_pb2_grpc.BrainServiceStub(channel))
        rpc = Rpc(
            "pcf.brain.v1.BrainService",
            lambda server: brain_pb2_grpc.add_BrainServiceServicer_to_server(held, server),
        )
        async with serving([rpc], domain="brain.pcf", drain_grace_s=0) as server:
            yield held, server.port


@pytest.fixture
def builds_url(database_url: str) -> str:
    """A new database with the generator's schema."""
    assert 0 == migrate(database_url, service="generator")
    return database_url


@pytest.fixture
def open_store() -> Callable[..., AbstractAsyncContextManager[PostgresBuildStore]]:
    """A store on a database, as one instance has it."""
    return partial(opened_store, size=5, new_id=new_ulid)
