"""Several instances on one PostgreSQL: who sees what, who wakes whom, and in which order the audit log is told."""

import asyncio
import random
from collections import defaultdict
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pcf_generator.adapters.postgres.notices import NoticeTimes
from pcf_generator.build_store import QueueFull, Request
from pcf_generator.desk import Desk
from pcf_generator.domain.build import Build, BuildOptions, BuildState, EventType, NewEvent
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import TrailEntry
from pcf_generator.ports.journal import Checkpoint, LeaseLost, StageDone
from pcf_runtime.ids import new_ulid

from tests.unit.generator.doubles.admissions import letting_in

RELEASE = "releases/0123456789abcdef"
NOBODY = Request("", "", "maker", "trace")
LONG_S = 600.0
"""Far beyond the patience of these tests: a wake-up that is lost fails them."""
QUICK = NoticeTimes(beat_s=0.05, answer_s=2.0, retry_s=0.01)
FAILED = NewEvent(EventType.FAILED, "Failed.")
SEED = 20260731


@pytest.fixture
async def instances(open_store, builds_url):
    """Two of them."""
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(open_store(builds_url, times=QUICK)) for _ in range(2)]


def desk(store):
    return Desk(store, None, clock=lambda: datetime.now(UTC), new_id=new_ulid, admission=letting_in(1000))


async def queued(store, prompt="5 stars"):
    return await desk(store).create(prompt, BuildOptions(), NOBODY)


async def running(store):
    build = await queued(store)
    lease = await store.claim("one", lease_s=60)
    assert build.id == lease.build.id
    return lease


async def fail(store, lease):
    await store.settle(lease, lambda build: replace(build, state=BuildState.FAILED), event=FAILED, trail=())


async def soon(*waiting):
    async with asyncio.timeout(20):
        return await asyncio.gather(*waiting)


def end_connections(postgres, url, application):
    """As a network does, or an operator."""
    name = url.rpartition("/")[2]
    return postgres.execute(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        f" WHERE application_name = '{application}' AND datname = '{name}'"
    )


async def test_any_instance_streams_what_another_runs(instances):
    one, two = instances
    lease = await running(one)

    async def watch():
        return [event.event.type async for event in desk(two).watch(lease.build.id, tenant="default", after=0)]

    watching = asyncio.create_task(watch())
    await one.begin(lease, RELEASE)
    await fail(one, lease)
    assert [[EventType.CREATED, EventType.STAGE_STARTED, EventType.FAILED]] == await soon(watching)


async def test_another_instance_is_woken_by_every_event(instances):
    one, two = instances
    lease = await running(one)
    for number in range(20):
        seen = (await two.get(lease.build.id, tenant="default")).last_sequence
        waiting = asyncio.create_task(two.wait_for_change(lease.build.id, after=seen, timeout_s=LONG_S))
        done = StageDone(Stage.INTERPRET, Checkpoint(f"hash {number}", "{}"), 0.1, "Done.", ())
        await one.stage_done(lease, done, then=Stage.MATCH)
        await soon(waiting)


async def test_a_new_build_wakes_the_runners_and_the_deliveries_of_all(instances):
    one, two = instances
    await soon(two.wait_for_work(timeout_s=LONG_S), two.wait_for_trail(timeout_s=LONG_S))
    waiting = [
        asyncio.create_task(two.wait_for_work(timeout_s=LONG_S)),
        asyncio.create_task(two.wait_for_trail(timeout_s=LONG_S)),
    ]
    await queued(one)
    await soon(*waiting)


async def test_a_cancelled_build_stops_the_instance_that_runs_it(instances):
    one, two = instances
    lease = await running(one)
    waiting = asyncio.create_task(one.wait_for_loss(lease, timeout_s=LONG_S))
    await desk(two).cancel(lease.build.id, NOBODY)
    await soon(waiting)
    with pytest.raises(LeaseLost):
        await one.begin(lease, RELEASE)


async def test_a_listener_that_is_cut_off_comes_back_and_wakes_everyone(instances, postgres, builds_url):
    one, two = instances
    lease = await running(one)
    waiting = asyncio.create_task(two.wait_for_change(lease.build.id, after=1, timeout_s=LONG_S))
    await two.ping()
    assert "2" == end_connections(postgres, builds_url, "pcf-generator-notices")
    # It may have missed something, so it looks again.
    await soon(waiting)
    # And is told again what happens from now on.
    for number in range(2):
        seen = (await two.get(lease.build.id, tenant="default")).last_sequence
        waiting = asyncio.create_task(two.wait_for_change(lease.build.id, after=seen, timeout_s=LONG_S))
        done = StageDone(Stage.INTERPRET, Checkpoint(f"hash {number}", "{}"), 0.1, "Done.", ())
        await one.stage_done(lease, done, then=Stage.MATCH)
        await soon(waiting)


async def test_without_a_listener_everything_is_found_by_looking(open_store, builds_url, postgres):
    """The connection that listens never comes back; whoever waits looks when his time is over."""
    never = NoticeTimes(retry_s=LONG_S)
    async with open_store(builds_url, times=never) as one, open_store(builds_url, times=never) as two:
        end_connections(postgres, builds_url, "pcf-generator-notices")
        lease = await running(one)
        await fail(one, lease)
        async with asyncio.timeout(20):
            await two.wait_for_change(lease.build.id, after=1, timeout_s=LONG_S)
            await two.wait_for_work(timeout_s=0.01)
        assert BuildState.FAILED is (await two.get(lease.build.id, tenant="default")).state


async def test_two_instances_that_claim_one_build_get_it_once(instances):
    one, two = instances
    for _ in range(20):
        await queued(one)
        leases = await asyncio.gather(*(store.claim("any", lease_s=60) for store in (one, two) * 3))
        assert 1 == sum(lease is not None for lease in leases)


async def test_an_expired_lease_is_not_renewed_and_its_build_is_another_s(instances):
    one, two = instances
    await queued(one)
    lease = await one.claim("one", lease_s=0.001)
    while (taken := await two.claim("two", lease_s=60)) is None:
        pass
    assert not await one.renew(lease, lease_s=60)
    assert await two.renew(taken, lease_s=60)


async def test_an_instance_whose_clock_is_wrong_changes_no_lease_and_no_time(instances):
    one, two = instances
    wrong = Desk(one, None, clock=lambda: datetime(1999, 1, 1, tzinfo=UTC), new_id=new_ulid, admission=letting_in(10))
    build = await wrong.create("5 stars", BuildOptions(), NOBODY)
    lease = await one.claim("one", lease_s=60)
    assert await two.claim("two", lease_s=60) is None
    await wrong.cancel(build.id, NOBODY)
    ended = await two.get(build.id, tenant="default")
    times = [build.create_time, *(event.event_time for event in await two.events(build.id, after=0, limit=10))]
    assert lease.build.id == build.id
    assert times == sorted(times)
    assert ended.create_time.year > 1999
    assert ended.end_time == ended.update_time == times[-1]


async def test_the_queue_limit_holds_for_all_instances_together(instances):
    makers = [
        Desk(store, None, clock=lambda: datetime.now(UTC), new_id=new_ulid, admission=letting_in(300))
        for store in instances
    ]
    for _ in range(280):
        await makers[0].create("5 stars", BuildOptions(), NOBODY)
    answers = await asyncio.gather(
        *(makers[n % 2].create("5 stars", BuildOptions(), NOBODY) for n in range(60)), return_exceptions=True
    )
    assert 40 == sum(isinstance(answer, QueueFull) for answer in answers)
    assert 300 == await instances[1].queue_depth()


async def test_entries_of_a_build_come_in_order_whoever_writes_and_whenever_one_looks(instances):
    """Three writers for each of five builds, on two instances, while the outbox is read and emptied."""
    chance = random.Random(SEED)  # noqa: S311 - the same dice in every run
    builds = [await queued(instances[0]) for _ in range(5)]
    written, read = defaultdict(list), defaultdict(list)
    turns = {build.id: asyncio.Lock() for build in builds}

    async def write(build_id, writer):
        for _ in range(15):
            store = chance.choice(instances)
            # The lock makes the order known: one entry is stored before the next is begun, by whomever.
            async with turns[build_id]:
                entry = TrailEntry("artifact.downloaded", details={"number": str(len(written[build_id]))})
                written[build_id].append(entry.details["number"])
                await store.record(build_id, entry, Request("", "", writer, "trace"))

    async def deliver():
        while events := await instances[1].undelivered(limit=chance.randint(1, 20)):
            for event in events:
                read[event.build_id].append(event.entry.details.get("number", "created"))
            await instances[1].delivered([event.event_id for event in events])

    writing = asyncio.gather(*(write(build.id, writer) for build in builds for writer in "abc"))
    while not writing.done():
        await deliver()
    await writing
    await deliver()
    assert {build: ["created", *numbers] for build, numbers in written.items()} == dict(read), f"seed {SEED}"


async def test_an_entry_waits_for_the_transaction_that_changes_its_build(instances, builds_url, postgres):
    """Or the later of two entries might be seen, and delivered, before the earlier one."""
    one, two = instances
    build = await queued(one)
    (created,) = await one.undelivered(limit=10)
    await one.delivered([created.event_id])
    recorded = asyncio.Event()

    def change(found: Build) -> Build:
        # Within the transaction that holds the build: the other instance's entry must not get past it.
        asyncio.get_running_loop().create_task(record())
        return replace(found, state=BuildState.CANCELLED)

    async def record():
        await two.record(build.id, TrailEntry("artifact.downloaded"), NOBODY)
        recorded.set()

    await one.change(
        build.id, change, event=NewEvent(EventType.CANCELLED, ""), trail=TrailEntry("build.cancelled"), request=NOBODY
    )
    await soon(recorded.wait())
    assert ["build.cancelled", "artifact.downloaded"] == [e.entry.type for e in await two.undelivered(limit=10)]


async def test_one_delivers_at_a_time_and_another_takes_over_when_its_turn_ran_out(instances):
    one, two = instances
    assert await one.take_delivery("one", turn_s=60)
    assert not await two.take_delivery("two", turn_s=60)
    assert await one.take_delivery("one", turn_s=0.001)
    async with asyncio.timeout(20):
        while not await two.take_delivery("two", turn_s=60):
            pass
    assert not await one.take_delivery("one", turn_s=60)
