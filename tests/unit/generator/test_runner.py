"""The runner: how many builds at once, under which leases, and how they change hands."""

import asyncio
import logging
from dataclasses import dataclass, field
from typing import Any

import pytest
from pcf_generator.build_store import StoreUnavailable, WrongState
from pcf_generator.domain.build import BuildState, EventType
from pcf_generator.domain.stage import Stage
from pcf_runtime.request_context import current


@pytest.fixture
def scene(any_scene: Any) -> Any:
    """The same scene on every store."""
    return any_scene


@dataclass
class Wrapped:
    """A store whose methods of some names raise what is given, one at a time, before they are called."""

    store: Any
    faults: dict[str, list[Exception]] = field(default_factory=dict)
    after: dict[str, asyncio.Event] = field(default_factory=dict)
    """Waited for when the method is done, before it returns."""
    called: dict[str, int] = field(default_factory=dict)

    async def until(self, **called: int) -> None:
        """Until each method was called and done so often."""
        async with asyncio.timeout(20):
            while any(self.called.get(name, 0) < times for name, times in called.items()):
                await self.store.ping()
        await self.store.ping()

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.store, name)

        async def call(*args: Any, **named: Any) -> Any:
            try:
                if self.faults.get(name):
                    raise self.faults[name].pop(0)
                result = await method(*args, **named)
            finally:
                self.called[name] = self.called.get(name, 0) + 1
            if name in self.after:
                await self.after[name].wait()
            return result

        return call


def types(events):
    return [event.event.type for event in events]


async def test_what_waits_is_run_to_its_end(workshop):
    builds = [await workshop.scene.queued("5 stars"), await workshop.scene.queued("a green 3 star rating")]
    async with workshop.runner():
        settled = [await workshop.settled(build) for build in builds]
    assert [BuildState.SUCCEEDED] * 2 == [build.state for build in settled]


async def test_a_build_that_comes_later_wakes_the_runner(workshop):
    async with workshop.runner(poll_s=600):
        first = await workshop.settled(await workshop.scene.queued())
        second = await workshop.settled(await workshop.scene.queued())
    assert [BuildState.SUCCEEDED] * 2 == [first.state, second.state]


async def test_no_more_builds_run_at_once_than_may(workshop):
    workshop.model.holds = {"interpret"}
    builds = [await workshop.scene.queued() for _ in range(5)]
    async with workshop.runner(concurrency=2):
        await workshop.model.until(active=2)
        assert 3 == await workshop.scene.store.queue_depth()
        await workshop.model.let_go()
        settled = [await workshop.settled(build) for build in builds]
    assert [BuildState.SUCCEEDED] * 5 == [build.state for build in settled]
    assert 2 == workshop.model.most_active


async def test_a_stop_hands_builds_back_and_the_next_runner_goes_on_from_the_checkpoint(workshop):
    workshop.model.holds = {"specify"}
    builds = [await workshop.scene.queued() for _ in range(2)]
    async with workshop.runner():
        await workshop.model.until(active=2)
    waiting = [await workshop.scene.store.get(build.id, tenant="default") for build in builds]
    assert [(BuildState.QUEUED, 0)] * 2 == [(build.state, build.claims) for build in waiting]
    assert EventType.HANDED_BACK is types(await workshop.scene.events(builds[0]))[-1]

    await workshop.model.let_go()
    async with workshop.runner(await workshop.scene.open()):
        settled = [await workshop.settled(build) for build in builds]
    assert [BuildState.SUCCEEDED] * 2 == [build.state for build in settled]
    # Each of the two was held up once before it specified; neither read its prompt again.
    assert {"interpret": 2, "specify": 4} == dict(workshop.model.runs)
    for build in builds:
        done = [e.event.stage for e in await workshop.scene.events(build) if e.event.type is EventType.STAGE_SUCCEEDED]
        assert list(Stage) == done


async def test_a_stop_gives_back_a_claim_it_overtakes(workshop):
    """The claim is in the store already, and the runner has not heard of it yet."""
    build = await workshop.scene.queued()
    store = Wrapped(workshop.scene.store, after={"claim": asyncio.Event()})
    async with workshop.runner(store) as runner:
        while (await workshop.scene.store.get(build.id, tenant="default")).state is not BuildState.RUNNING:
            pass
        stopping = asyncio.create_task(runner.stop())
        await asyncio.wait({stopping}, timeout=0)
        store.after["claim"].set()
        await stopping
    build = await workshop.scene.store.get(build.id, tenant="default")
    assert (BuildState.QUEUED, 0) == (build.state, build.claims)
    assert 0 == workshop.model.runs["interpret"]


async def test_a_runner_stops_at_once_when_nothing_runs(workshop):
    async with workshop.runner(poll_s=600):
        await workshop.settled(await workshop.scene.queued())


async def test_a_cancelled_build_stops_at_once_and_nothing_overwrites_that(workshop):
    workshop.model.holds = {"interpret"}
    build = await workshop.scene.queued()
    async with workshop.runner():
        await workshop.model.until(active=1)
        await workshop.scene.desk.cancel(build.id, workshop.scene.request())
        await workshop.model.until(active=0)
        await workshop.model.let_go()
    assert BuildState.CANCELLED is (await workshop.scene.store.get(build.id, tenant="default")).state
    assert [EventType.CREATED, EventType.STAGE_STARTED, EventType.CANCELLED] == types(
        await workshop.scene.events(build)
    )
    assert [] == workshop.observed.settled


async def test_a_cancelled_build_can_be_resumed_while_its_old_run_still_ends(workshop):
    """The same instance claims it again: two runs that must not be taken for one."""
    workshop.model.holds = {"specify"}
    build = await workshop.scene.queued()
    async with workshop.runner():
        await workshop.model.until(active=1)
        await workshop.scene.desk.cancel(build.id, workshop.scene.request())
        await workshop.scene.desk.resume(build.id, workshop.scene.request())
        await workshop.model.let_go()
        settled = await workshop.settled(build)
    told = types(await workshop.scene.events(build))
    assert BuildState.SUCCEEDED is settled.state
    assert [7, 1, 1, 1] == [
        told.count(kind)
        for kind in (EventType.STAGE_SUCCEEDED, EventType.SUCCEEDED, EventType.CANCELLED, EventType.RESUMED)
    ]


async def test_a_run_whose_lease_another_took_stops(workshop, caplog):
    workshop.model.holds = {"interpret"}
    build = await workshop.scene.queued()
    # No second place: the runner itself would be glad to take the build over.
    async with workshop.runner(concurrency=1):
        await workshop.model.until(active=1)
        workshop.scene.clock.advance(60)
        taken = await workshop.scene.store.claim("another", lease_s=3600)
        await workshop.model.until(active=0)
    assert build.id == taken.build.id
    assert await workshop.scene.store.renew(taken, lease_s=30)
    assert "lease lost" in caplog.messages


async def test_a_build_that_is_taken_over_counts_as_a_lost_lease_and_one_handed_back_does_not(workshop):
    gone = await workshop.scene.running("gone")
    left = await workshop.scene.running("leaving")
    await workshop.scene.store.hand_back(left, message="Leaving.")
    workshop.scene.clock.advance(60)
    async with workshop.runner():
        for lease in (gone, left):
            await workshop.settled(lease)
    assert 1 == workshop.observed.leases_lost


async def test_the_lease_of_a_long_run_is_kept(workshop):
    workshop.model.holds = {"interpret"}
    build = await workshop.scene.queued()
    store = Wrapped(workshop.scene.store)
    async with workshop.runner(store, concurrency=1, lease_s=0.03):
        await workshop.model.until(active=1)
        for _ in range(3):
            # The one that goes on may have begun before the clock was moved.
            await store.until(renew=store.called.get("renew", 0) + 2)
            workshop.scene.clock.advance(0.02)
            assert await workshop.scene.store.claim("another", lease_s=30) is None
        await workshop.model.let_go()
        assert BuildState.SUCCEEDED is (await workshop.settled(build)).state


async def test_a_store_that_is_away_is_waited_out(workshop):
    """By the claims, and by the renewals of what runs."""
    workshop.model.holds = {"interpret"}
    away = [StoreUnavailable("SQLITE_BUSY") for _ in range(3)]
    store = Wrapped(workshop.scene.store, faults={"claim": away[:2], "renew": away[2:]})
    build = await workshop.scene.queued()
    async with workshop.runner(store, lease_s=0.03) as runner:
        await workshop.model.until(active=1)
        await store.until(renew=2)
        await workshop.model.let_go()
        assert BuildState.SUCCEEDED is (await workshop.settled(build)).state
        runner.check()


async def test_an_end_that_cannot_be_stored_is_stored_by_the_next_claim(workshop, caplog):
    """Everything was made; only the lease must run out."""
    store = Wrapped(workshop.scene.store, faults={"settle": [StoreUnavailable("SQLITE_FULL")]})
    build = await workshop.scene.queued()
    execution = workshop.execution(store, store_away_s=0)
    async with workshop.runner(store, execution=execution, concurrency=1):
        other = await workshop.settled(await workshop.scene.queued())
        assert BuildState.RUNNING is (await workshop.scene.store.get(build.id, tenant="default")).state
        workshop.scene.clock.advance(60)
        settled = await workshop.settled(build)
    assert [BuildState.SUCCEEDED] * 2 == [other.state, settled.state]
    assert {"interpret": 2, "specify": 2} == dict(workshop.model.runs)
    assert "a build's end could not be stored" in caplog.messages


async def test_a_runner_that_claims_no_more_fails_its_check(workshop):
    store = Wrapped(workshop.scene.store, faults={"claim": [AssertionError("a fault of ours")]})
    async with workshop.runner() as runner:
        runner.check()
    with pytest.raises(RuntimeError, match="stopped"):
        runner.check()
    async with workshop.runner(store) as runner:
        with pytest.raises(RuntimeError, match="stopped"):
            await until_it_fails(runner, store)


async def until_it_fails(runner, store):
    async with asyncio.timeout(20):
        while True:
            runner.check()
            await store.ping()


async def test_log_lines_of_a_run_name_its_build_and_request(workshop, caplog):
    seen = []

    class Noting(logging.Handler):
        def emit(self, record):
            seen.append(current())

    handler = Noting()
    logging.getLogger("pcf_generator.execution").addHandler(handler)
    workshop.model.faults["interpret"] = [AssertionError("secret")]
    build = await workshop.scene.queued()
    async with workshop.runner():
        await workshop.settled(build)
    logging.getLogger("pcf_generator.execution").removeHandler(handler)
    assert [(build.name, "trace", "maker")] == [(line.build, line.request_id, line.actor) for line in seen]


async def test_watchers_get_every_event_once_in_order_and_end_when_the_build_settles(workshop):
    build = await workshop.scene.queued()

    async def watch():
        return [event async for event in workshop.scene.desk.watch(build.id, tenant="default", after=0)]

    async with asyncio.timeout(20), workshop.runner():
        watched = await asyncio.gather(*(watch() for _ in range(3)))
    recorded = await workshop.scene.events(build)
    assert [recorded] * 3 == list(watched)
    assert EventType.SUCCEEDED is recorded[-1].event.type
    assert list(range(1, 17)) == [event.sequence for event in recorded]


async def test_an_answer_lets_the_build_go_on(workshop):
    async with workshop.runner():
        asking = await workshop.settled(await workshop.scene.queued("something with stars or a toggle"))
        assert BuildState.NEEDS_INPUT is asking.state
        await workshop.scene.desk.answer(asking.id, "", "star-rating", workshop.scene.request())
        settled = await workshop.settled(asking)
        with pytest.raises(WrongState):
            await workshop.scene.desk.answer(asking.id, "", "star-rating", workshop.scene.request())
    assert (BuildState.SUCCEEDED, "star-rating", None) == (
        settled.state,
        settled.result.capability_id,
        settled.question,
    )
