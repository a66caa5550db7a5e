"""The generator on a real server, with nobody who runs the builds: the tests bring them into every state."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from pcf.generator.v1 import generator_pb2 as pb
from pcf.generator.v1 import generator_pb2_grpc
from pcf_generator.accounts import Accounts
from pcf_generator.adapters.folder_artifacts import FolderArtifacts
from pcf_generator.adapters.sqlite.build_store import SqliteBuildStore
from pcf_generator.adapters.sqlite.database import Database
from pcf_generator.adapters.sqlite.spending import SqlitePurse
from pcf_generator.artifact_store import ArtifactStore
from pcf_generator.bootstrap import DOMAIN, rpc
from pcf_generator.build_store import Lease
from pcf_generator.desk import Desk
from pcf_generator.domain.build import BuildState, EventType, NewEvent, Result
from pcf_generator.domain.refusal import Choice, Problem, Question
from pcf_generator.domain.stage import Stage
from pcf_generator.models.money import DayCaps, Purse
from pcf_runtime.health import Readiness
from pcf_runtime.testing import FakeClock, Serving, serving

from tests.unit.generator.doubles.admissions import letting_in

QUEUE_LIMIT = 20
DAY_CAP = 5_000_000
QUESTION = Question("kind", "PCF-INT-002", "Which?", (Choice("a", "A"), Choice("b", "B")))
PROBLEM = Problem(
    "PCF-CAP-001", Stage.MATCH, "none fits", "There is none.", "Ask for another.", ("slider",), {"x": "y"}
)
RESULT = Result("star-rating", "StarRating", "PcfBuilder", "Star rating", (), ())


@dataclass(frozen=True, slots=True)
class Generator:
    """What a test talks to, and what stands behind it."""

    stub: generator_pb2_grpc.GeneratorServiceStub
    store: SqliteBuildStore
    artifacts: FolderArtifacts
    clock: FakeClock
    database: Path
    leave: Callable[[], None]
    """Have the server begin to shut down."""
    purse: Purse

    def serve_with(self, artifacts: ArtifactStore) -> AbstractAsyncContextManager[Serving]:
        """The same builds on another server, with other artifacts."""
        desk = Desk(self.store, artifacts, clock=self.clock.now, new_id=str, admission=letting_in(QUEUE_LIMIT))
        accounts = Accounts(self.purse, clock=self.clock.now)
        return serving([rpc(desk, accounts, draining=asyncio.Event())], domain=DOMAIN)

    async def queued(self, prompt: str = "5 stars") -> pb.Build:
        return await self.stub.CreateBuild(pb.CreateBuildRequest(prompt=prompt))

    async def claimed(self) -> Lease:
        """A build of its own under a lease: no other may wait when this is said."""
        await self.queued()
        lease = await self.store.claim("one", lease_s=30)
        assert lease is not None
        return lease

    async def running(self) -> pb.Build:
        return await self._read(await self.claimed())

    async def asking(self) -> pb.Build:
        return await self._settled(BuildState.NEEDS_INPUT, EventType.NEEDS_INPUT, question=QUESTION)

    async def failed(self) -> pb.Build:
        return await self._settled(BuildState.FAILED, EventType.FAILED, problem=PROBLEM, end_time=self.clock.now())

    async def succeeded(self, content: bytes = b"content") -> pb.Build:
        source = await self.artifacts.put(
            kind="source", filename="StarRating-source.zip", media_type="application/zip", content=content
        )
        result = replace(RESULT, artifacts=(source,))
        return await self._settled(BuildState.SUCCEEDED, EventType.SUCCEEDED, result=result, end_time=self.clock.now())

    async def cancelled(self) -> pb.Build:
        return await self.stub.CancelBuild(pb.CancelBuildRequest(name=(await self.queued()).name))

    async def settle(self, lease: Lease, state: BuildState, kind: EventType, **fields: object) -> None:
        await self.store.settle(
            lease, lambda build: replace(build, state=state, **fields), event=NewEvent(kind, "Settled."), trail=()
        )

    async def _settled(self, state: BuildState, kind: EventType, **fields: object) -> pb.Build:
        lease = await self.claimed()
        await self.settle(lease, state, kind, **fields)
        return await self._read(lease)

    async def _read(self, lease: Lease) -> pb.Build:
        return await self.stub.GetBuild(pb.GetBuildRequest(name=lease.build.name))


@pytest.fixture
async def generator(tmp_path: Path) -> AsyncIterator[Generator]:
    clock, numbers = FakeClock(), itertools.count(1)

    def new_id() -> str:
        return f"{next(numbers):026d}"

    path = tmp_path / "builds.db"
    database = await Database.open(path, lock_wait_s=0.01)
    store = SqliteBuildStore(database, clock=clock.now, new_id=new_id)
    artifacts = FolderArtifacts(tmp_path / "artifacts")
    desk = Desk(store, artifacts, clock=clock.now, new_id=new_id, admission=letting_in(QUEUE_LIMIT))
    readiness = Readiness()
    purse = SqlitePurse(database, caps=DayCaps(DAY_CAP), clock=clock.now, new_id=new_id)
    rpcs = [rpc(desk, Accounts(purse, clock=clock.now), draining=readiness.draining)]
    async with serving(rpcs, domain=DOMAIN, readiness=readiness) as server:
        stub = generator_pb2_grpc.GeneratorServiceStub(server.channel)
        yield Generator(stub, store, artifacts, clock, path, readiness.drain, purse)
    await database.close()


@pytest.fixture
def stub(generator: Generator) -> generator_pb2_grpc.GeneratorServiceStub:
    return generator.stub
