"""kill -9 between any two transactions: another instance goes on, and the result is there once."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import pytest
from pcf_generator.domain.build import BuildState, EventType
from pcf_generator.domain.stage import Stage


@pytest.fixture
def scene(any_scene: Any) -> Any:
    """The same scene on every store."""
    return any_scene


WRITES = ["claim", "begin", "stage_done", "settle", "settle_at_once"]
TRANSACTIONS = ["claim", "begin", *["stage_done"] * 7, "settle"]


@dataclass
class Dying:
    """A store of an instance that is killed right after its `last` write: no call returns any more."""

    store: Any
    last: int
    writes: list[str] = field(default_factory=list)
    dead: asyncio.Event = field(default_factory=asyncio.Event)

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.store, name)

        async def call(*args: Any, **named: Any) -> Any:
            if not self.dead.is_set():
                result = await method(*args, **named)
                if name in WRITES:
                    self.writes.append(name)
                if len(self.writes) < self.last:
                    return result
                self.dead.set()
            return await asyncio.Event().wait()

        return call


async def killed_after(workshop, writes):
    """Run what waits in an instance that dies; nothing is handed back."""
    store = Dying(workshop.scene.store, writes)

    async def live():
        lease = await store.claim("dies", lease_s=30)
        await workshop.execution(store).run(lease)

    living = asyncio.create_task(live())
    async with asyncio.timeout(20):
        await store.dead.wait()
    living.cancel()
    await asyncio.wait({living})
    return store.writes


@pytest.mark.parametrize("writes", range(1, len(TRANSACTIONS) + 1))
async def test_another_instance_goes_on_and_the_result_is_delivered_once(workshop, writes):
    build = await workshop.scene.queued("I need a 5-star rating")
    assert TRANSACTIONS[:writes] == await killed_after(workshop, writes)
    workshop.scene.clock.advance(60)
    async with workshop.runner(await workshop.scene.open()):
        settled = await workshop.settled(build)

    told = Counter((e.event.type, e.event.stage) for e in await workshop.scene.events(build))
    audited = Counter(event.entry.type for event in await workshop.scene.store.undelivered(limit=1000))
    assert BuildState.SUCCEEDED is settled.state
    assert {1} == {told[EventType.STAGE_SUCCEEDED, stage] for stage in Stage}
    assert 1 == told[EventType.SUCCEEDED, Stage.PACKAGE]
    assert (7, 1) == (audited["stage.succeeded"], audited["build.succeeded"])
    assert {artifact.sha256 for artifact in settled.result.artifacts} <= workshop.artifacts.contents.keys()
    # Killed between two stages: none was run twice, and none was left out.
    assert {"interpret": 1, "specify": 1} == dict(workshop.model.runs)


@pytest.mark.parametrize("writes", [1, 2])
async def test_a_build_that_ends_as_another_did_ends_once_wherever_its_instance_dies(workshop, writes):
    prompt = "I need a 5-star rating"
    await workshop.scene.queued(prompt)
    first = await workshop.run()
    build = await workshop.scene.queued(prompt)
    assert ["claim", "settle_at_once"][:writes] == await killed_after(workshop, writes)
    workshop.scene.clock.advance(60)
    async with workshop.runner(await workshop.scene.open()):
        settled = await workshop.settled(build)

    told = Counter((e.event.type, e.event.stage) for e in await workshop.scene.events(build))
    undelivered = await workshop.scene.store.undelivered(limit=1000)
    audited = Counter(event.entry.type for event in undelivered if event.build_id == build.id)
    assert first.result == settled.result
    assert {1} == {told[EventType.STAGE_SUCCEEDED, stage] for stage in Stage}
    assert 1 == told[EventType.SUCCEEDED, Stage.PACKAGE]
    assert (7, 1) == (audited["stage.succeeded"], audited["build.succeeded"])
    assert {"interpret": 1, "specify": 1} == dict(workshop.model.runs)


async def test_an_instance_that_dies_again_and_again_gets_further_each_time(workshop):
    """Each run completes a stage or two, so that none of these ends is the build's fault."""
    build = await workshop.scene.queued("I need a 5-star rating")
    for writes in (4, 3, 3, 3, 3):
        await killed_after(workshop, writes)
        workshop.scene.clock.advance(60)
    async with workshop.runner():
        settled = await workshop.settled(build)
    assert (BuildState.SUCCEEDED, 1) == (settled.state, settled.claims)
    told = Counter((e.event.type, e.event.stage) for e in await workshop.scene.events(build))
    assert {1} == {told[EventType.STAGE_SUCCEEDED, stage] for stage in Stage}


async def test_the_dead_instance_that_comes_back_to_life_changes_nothing(workshop):
    """It was only slow: its lease ran out in the middle of a stage, and another finished the build."""
    workshop.model.holds = {"specify"}
    build = await workshop.scene.queued("I need a 5-star rating")
    lease = await workshop.scene.store.claim("slow", lease_s=30)
    slow = asyncio.create_task(workshop.execution().run(lease))
    await workshop.model.until(active=1)
    workshop.scene.clock.advance(60)
    workshop.model.holds = set()
    async with workshop.runner(await workshop.scene.open()):
        settled = await workshop.settled(build)
    before = (settled, await workshop.scene.events(build), await workshop.scene.store.undelivered(limit=1000))
    await workshop.model.let_go()
    await asyncio.wait({slow})
    assert "LeaseLost" == type(slow.exception()).__name__
    assert before == (
        await workshop.scene.store.get(build.id, tenant="default"),
        await workshop.scene.events(build),
        await workshop.scene.store.undelivered(limit=1000),
    )
