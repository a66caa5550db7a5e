"""BuildStore: whoever waits is woken, and nothing falls between looking and waiting."""

import asyncio
import random

import pytest
from pcf_generator.domain.build import BuildState, EventType
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import TrailEntry
from pcf_generator.ports.journal import Checkpoint, StageDone

LONG_S = 600.0
"""Far beyond the patience of these tests: a wake-up that is lost fails them."""
DONE = StageDone(Stage.INTERPRET, Checkpoint("hash", "{}"), 0.1, "Done.", ())


async def soon(*waiting):
    async with asyncio.timeout(10):
        await asyncio.gather(*waiting)


async def begun(scene, *waiting):
    """Tasks that have looked and found nothing: what happens from now on must wake them."""
    tasks = [asyncio.create_task(each) for each in waiting]
    for _ in range(3):
        await scene.store.ping()
    assert not any(task.done() for task in tasks)
    return tasks


async def begin(scene, lease):
    await scene.store.begin(lease, "releases/0123456789abcdef")


async def stage_done(scene, lease):
    await scene.store.stage_done(lease, DONE, then=Stage.MATCH)


async def settle(scene, lease):
    await scene.settle(lease, BuildState.FAILED, EventType.FAILED)


async def hand_back(scene, lease):
    await scene.store.hand_back(lease, message="Stopping.")


async def cancel(scene, lease):
    await scene.desk.cancel(lease.build.id, scene.request())


async def claim_lost(scene, lease):
    scene.clock.advance(60)
    await scene.store.claim("another", lease_s=30)


@pytest.mark.parametrize("change", [begin, stage_done, settle, hand_back, cancel, claim_lost])
async def test_every_event_wakes_all_who_watch_the_build(scene, change):
    lease = await scene.running()
    after = lease.build.last_sequence
    waiting = await begun(
        scene, *(scene.store.wait_for_change(lease.build.id, after=after, timeout_s=LONG_S) for _ in range(3))
    )
    await change(scene, lease)
    await soon(*waiting)
    assert await scene.store.events(lease.build.id, after=after, limit=1)


async def test_events_that_are_there_already_are_not_waited_for(scene):
    build = await scene.queued()
    await soon(scene.store.wait_for_change(build.id, after=0, timeout_s=LONG_S))


async def test_waiting_ends_with_the_time(scene):
    lease = await scene.running()
    await soon(scene.store.wait_for_work(timeout_s=LONG_S), scene.store.wait_for_trail(timeout_s=LONG_S))
    await soon(
        scene.store.wait_for_change(lease.build.id, after=1, timeout_s=0.01),
        scene.store.wait_for_loss(lease, timeout_s=0.01),
        scene.store.wait_for_work(timeout_s=0.01),
        scene.store.wait_for_trail(timeout_s=0.01),
    )


async def test_no_wake_up_is_lost_however_look_and_change_interleave(scene):
    """Each round waits from the last event known while the build moves on at a random moment."""
    build, chance = await scene.queued(), random.Random(7)  # noqa: S311 - the same dice in every run
    for _ in range(150):
        seen = (await scene.store.get(build.id, tenant="default")).last_sequence
        steps = [scene.store.wait_for_change(build.id, after=seen, timeout_s=LONG_S), turn(scene, build.id, chance)]
        chance.shuffle(steps)
        await soon(*steps)
        assert seen < (await scene.store.get(build.id, tenant="default")).last_sequence


async def turn(scene, build_id, chance):
    """Cancel the build or resume it, after a few turns of the event loop."""
    for _ in range(chance.randrange(4)):
        await scene.store.ping()
    cancelled = (await scene.store.get(build_id, tenant="default")).state is BuildState.CANCELLED
    await (scene.desk.resume if cancelled else scene.desk.cancel)(build_id, scene.request())


async def test_a_watcher_that_stops_leaves_the_others_waiting(scene):
    lease = await scene.running()
    stays, stops = await begun(
        scene, *(scene.store.wait_for_change(lease.build.id, after=1, timeout_s=LONG_S) for _ in range(2))
    )
    stops.cancel()
    await asyncio.wait({stops})
    assert not stays.done()
    await begin(scene, lease)
    await soon(stays)


async def test_what_waits_wakes_the_runner(scene):
    lease = await scene.running()
    await soon(scene.store.wait_for_work(timeout_s=LONG_S))
    for act in (hand_back, cancel_and_resume):
        waiting = await begun(scene, scene.store.wait_for_work(timeout_s=LONG_S))
        await act(scene, lease)
        await soon(*waiting)


async def cancel_and_resume(scene, lease):
    await scene.desk.cancel(lease.build.id, scene.request())
    await scene.desk.resume(lease.build.id, scene.request())


async def test_progress_does_not_wake_the_runner(scene):
    lease = await scene.running()
    await soon(scene.store.wait_for_work(timeout_s=LONG_S))
    (waiting,) = await begun(scene, scene.store.wait_for_work(timeout_s=LONG_S))
    await begin(scene, lease)
    await stage_done(scene, lease)
    await settle(scene, lease)
    assert not waiting.done()
    waiting.cancel()


async def test_work_that_came_before_the_runner_looked_is_not_waited_for(scene):
    await scene.queued()
    await soon(scene.store.wait_for_work(timeout_s=LONG_S))


@pytest.mark.parametrize("change", [stage_done, settle, cancel])
async def test_new_audit_entries_wake_the_delivery(scene, change):
    lease = await scene.running()
    await soon(scene.store.wait_for_trail(timeout_s=LONG_S))
    waiting = await begun(scene, scene.store.wait_for_trail(timeout_s=LONG_S))
    await change(scene, lease)
    await soon(*waiting)


async def test_a_recorded_entry_wakes_the_delivery(scene):
    build = await scene.queued()
    await soon(scene.store.wait_for_trail(timeout_s=LONG_S))
    waiting = await begun(scene, scene.store.wait_for_trail(timeout_s=LONG_S))
    await scene.store.record(build.id, TrailEntry("artifact.downloaded"), scene.request())
    await soon(*waiting)


@pytest.mark.parametrize("lose", [cancel, hand_back, settle, claim_lost])
async def test_a_lease_that_is_lost_already_is_not_waited_for(scene, lose):
    lease = await scene.running()
    await lose(scene, lease)
    await soon(scene.store.wait_for_loss(lease, timeout_s=LONG_S))


async def test_a_cancelled_build_wakes_who_runs_it_and_nobody_else(scene):
    lease, other = await scene.running(), await scene.running()
    lost, kept = await begun(scene, *(scene.store.wait_for_loss(held, timeout_s=LONG_S) for held in (lease, other)))
    await cancel(scene, lease)
    await soon(lost)
    assert not kept.done()
    kept.cancel()


async def test_whoever_lost_a_build_to_another_is_woken(scene):
    lease = await scene.running()
    waiting = await begun(scene, scene.store.wait_for_loss(lease, timeout_s=LONG_S))
    await claim_lost(scene, lease)
    await soon(*waiting)


async def test_progress_is_no_loss(scene):
    lease = await scene.running()
    (waiting,) = await begun(scene, scene.store.wait_for_loss(lease, timeout_s=LONG_S))
    await begin(scene, lease)
    await stage_done(scene, lease)
    assert not waiting.done()
    waiting.cancel()
