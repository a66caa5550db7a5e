"""All that runs builds, with handles to hold it up and to make it fail."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from pcf_generator import pipeline
from pcf_generator.build_store import BuildStore, Lease
from pcf_generator.checks.inspector import Inspector
from pcf_generator.domain import build as domain
from pcf_generator.domain.build import BuildState
from pcf_generator.domain.capability import Capability
from pcf_generator.domain.intent import Interpretation
from pcf_generator.domain.refusal import Question
from pcf_generator.execution import BuildLimits, Execution
from pcf_generator.packing.archive import pack
from pcf_generator.packing.importable import pack_importable
from pcf_generator.packing.project import render_project
from pcf_generator.packing.report import report
from pcf_generator.ports.model import Brief, Draft
from pcf_generator.runner import Runner, RunnerLimits

from tests.unit.generator.doubles.knowledge import RepositoryKnowledge
from tests.unit.generator.doubles.memory import MemoryArtifacts, Observations
from tests.unit.generator.doubles.scenes import Scene
from tests.unit.generator.doubles.whole_builds import ENGINE


@dataclass
class HeldModel:
    """Implements `Model`: the offline engine, counted, held up where a test says so, failing where it says so."""

    runs: Counter[str] = field(default_factory=Counter)
    holds: set[str] = field(default_factory=set)
    faults: dict[str, list[Exception]] = field(default_factory=dict)
    active: int = 0
    most_active: int = 0
    name: str = "held"
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def interpret(self, brief: Brief, *, knowledge: RepositoryKnowledge) -> Interpretation | Question:
        await self._pass("interpret")
        return await ENGINE.interpret(brief, knowledge=knowledge)

    async def specify(self, brief: Brief, kind: Capability, *, knowledge: RepositoryKnowledge) -> Draft | Question:
        await self._pass("specify")
        return await ENGINE.specify(brief, kind, knowledge=knowledge)

    async def until(self, *, active: int) -> None:
        """Until so many calls are held up."""
        async with asyncio.timeout(20), self._changed:
            await self._changed.wait_for(lambda: self.active == active)

    async def let_go(self) -> None:
        self.holds.clear()
        await self._tell()

    async def _pass(self, name: str) -> None:
        self.runs[name] += 1
        self.active += 1
        self.most_active = max(self.active, self.most_active)
        try:
            if self.faults.get(name):
                raise self.faults[name].pop(0)
            await self._tell()
            async with self._changed:
                await self._changed.wait_for(lambda: name not in self.holds)
        finally:
            self.active -= 1
            await self._tell()

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()


@dataclass
class FakeBrain:
    """Implements `Brain`: one release; `faults` are raised first, one for each time it is asked for."""

    knowledge: object
    faults: list[Exception] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def current(self) -> object:
        self.asked.append("current")
        if self.faults:
            raise self.faults.pop(0)
        return self.knowledge

    def at(self, release: str) -> object:
        self.asked.append(release)
        return self.knowledge


@dataclass
class BuildObservations(Observations):
    """Implements `BuildObserver` and `LeaseObserver`."""

    settled: list[BuildState] = field(default_factory=list)
    leases_lost: int = 0

    def build_settled(self, build: domain.Build) -> None:
        self.settled.append(build.state)

    def lease_lost(self) -> None:
        self.leases_lost += 1


@dataclass
class Workshop:
    """All that runs builds, and the handles on it."""

    scene: Scene
    brain: FakeBrain
    model: HeldModel = field(default_factory=HeldModel)
    artifacts: MemoryArtifacts = field(default_factory=MemoryArtifacts)
    observed: BuildObservations = field(default_factory=BuildObservations)

    def execution(self, store: BuildStore | None = None, **limits: float) -> Execution:
        kit = pipeline.Kit(self.model, render_project, Inspector(), pack, report, self.artifacts, pack_importable)
        return Execution(
            store or self.scene.store,
            self.brain,
            kit,
            limits=BuildLimits(**{"retry_s": 0.001, **limits}),
            clock=self.scene.clock.now,
            observer=self.observed,
        )

    async def run(self, **limits: float) -> domain.Build:
        """Claim what waits longest and run it here and now."""
        lease = await self.scene.store.claim("one", lease_s=30)
        assert lease is not None
        await self.execution(**limits).run(lease)
        return await self.scene.store.get(lease.build.id, tenant=lease.build.tenant)

    @asynccontextmanager
    async def runner(
        self, store: BuildStore | None = None, *, execution: Execution | None = None, **limits: float
    ) -> AsyncIterator[Runner]:
        """A runner at work for as long as the block lasts."""
        store = store or self.scene.store
        limits = {"concurrency": 2, "poll_s": 0.01, **limits}
        runner = Runner(
            store,
            execution or self.execution(store),
            owner="one",
            limits=RunnerLimits(**limits),
            observer=self.observed,
        )
        await runner.start()
        try:
            yield runner
        finally:
            async with asyncio.timeout(20):
                await runner.stop()

    async def settled(self, build: domain.Build | Lease) -> domain.Build:
        """The build once it has settled."""
        store, build_id = self.scene.store, build.build.id if isinstance(build, Lease) else build.id
        async with asyncio.timeout(20):
            while not (now := await store.get(build_id, tenant="default")).state.settled:
                # Another instance's store wakes nobody here.
                await store.wait_for_change(build_id, after=now.last_sequence, timeout_s=0.02)
        return now
