"""BuildStore: a run that is stored whole, and what a run leaves to other builds."""

from dataclasses import replace

import pytest
from pcf_generator.domain.build import BuildState, EventType, NewEvent
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import TrailEntry
from pcf_generator.ports.journal import Checkpoint, LeaseLost, StageDone

from tests.unit.generator.doubles.scenes import RESULT

RELEASE = "releases/0123456789abcdef"
LEFT = Checkpoint("5e" * 32, '{"stages": []}')


def done(stage, content=""):
    entries = (TrailEntry("stage.succeeded", details={"stage": stage.value}), TrailEntry("finding.fixed"))
    return StageDone(stage, Checkpoint(f"hash for {stage}", content), 0.25, f"{stage} done.", entries)


async def settle_at_once(scene, lease, stages=None):
    def change(build):
        return replace(build, state=BuildState.SUCCEEDED, result=RESULT, end_time=scene.clock.now())

    return await scene.store.settle_at_once(
        lease,
        RELEASE,
        stages or [done(stage) for stage in Stage],
        change,
        event=NewEvent(EventType.SUCCEEDED, "Ready.", Stage.PACKAGE),
        trail=[TrailEntry("build.succeeded")],
    )


async def told(scene, lease):
    return [(event.event.type, event.event.stage) for event in await scene.events(lease)]


def both(*stages):
    return [(kind, stage) for stage in stages for kind in (EventType.STAGE_STARTED, EventType.STAGE_SUCCEEDED)]


async def test_a_whole_run_is_told_as_if_it_had_run(scene):
    lease = await scene.running()
    settled = await settle_at_once(scene, lease)
    events = await scene.events(lease)
    assert [(EventType.CREATED, None), *both(*Stage), (EventType.SUCCEEDED, Stage.PACKAGE)] == await told(scene, lease)
    assert list(range(1, 17)) == [event.sequence for event in events]
    assert [BuildState.RUNNING] * 14 == [event.state for event in events[1:-1]]
    assert {0.25} == {e.event.duration_s for e in events if e.event.type is EventType.STAGE_SUCCEEDED}
    assert settled == await scene.store.get(lease.build.id, tenant="default")
    assert (BuildState.SUCCEEDED, RESULT, RELEASE, Stage.PACKAGE, 1, 16) == (
        settled.state,
        settled.result,
        settled.brain_release,
        settled.stage,
        settled.claims,
        settled.last_sequence,
    )


async def test_its_trail_is_that_of_all_stages_in_order(scene):
    await settle_at_once(scene, await scene.running())
    entries = [event.entry for event in await scene.store.undelivered(limit=99)]
    stages = ["stage.succeeded", "finding.fixed"] * 7
    assert ["build.created", *stages, "build.succeeded"] == [entry.type for entry in entries]
    assert [stage.value for stage in Stage] == [e.details["stage"] for e in entries if e.type == "stage.succeeded"]


async def test_what_an_earlier_run_did_with_the_same_input_is_not_told_again(scene):
    lease = await scene.running()
    await scene.store.begin(lease, RELEASE)
    await scene.store.stage_done(lease, done(Stage.INTERPRET, "{}"), then=Stage.MATCH)
    other = replace(done(Stage.MATCH, "{}"), checkpoint=Checkpoint("of another input", "{}"))
    await scene.store.stage_done(lease, other, then=Stage.SPECIFY)
    again = await scene.reclaimed()
    before = len(await scene.events(lease))
    settled = await settle_at_once(scene, again)
    assert [*both(*list(Stage)[1:]), (EventType.SUCCEEDED, Stage.PACKAGE)] == (await told(scene, lease))[before:]
    assert settled.last_sequence == len(await scene.events(lease))


async def test_a_run_that_had_only_to_end_tells_only_its_end(scene):
    lease = await scene.running()
    await scene.store.begin(lease, RELEASE)
    for stage, following in zip(Stage, [*list(Stage)[1:], None], strict=True):
        await scene.store.stage_done(lease, done(stage, "{}"), then=following)
    before = await told(scene, lease)
    assert Stage.PACKAGE is (await settle_at_once(scene, lease)).stage
    assert [*before, (EventType.SUCCEEDED, Stage.PACKAGE)] == await told(scene, lease)


async def test_without_the_lease_nothing_is_stored(scene):
    lease = await scene.running()
    await scene.reclaimed()
    before = (
        await scene.store.get(lease.build.id, tenant="default"),
        await scene.events(lease),
        await scene.store.undelivered(limit=99),
    )
    with pytest.raises(LeaseLost):
        await settle_at_once(scene, lease)
    assert before == (
        await scene.store.get(lease.build.id, tenant="default"),
        await scene.events(lease),
        await scene.store.undelivered(limit=99),
    )


async def test_it_settles_once(scene):
    lease = await scene.running()
    await settle_at_once(scene, lease)
    with pytest.raises(LeaseLost):
        await settle_at_once(scene, lease)
    assert await scene.store.claim("two", lease_s=30) is None


async def test_what_a_run_leaves_is_recalled_by_any_instance_and_replaced_by_a_later_one(scene):
    for left in (replace(LEFT, content="old"), LEFT):
        await scene.store.settle(
            await scene.running(),
            lambda build: replace(build, state=BuildState.SUCCEEDED),
            event=NewEvent(EventType.SUCCEEDED, "Ready."),
            trail=[],
            shared=left,
        )
    assert LEFT == await (await scene.open()).recall(LEFT.input_hash)
