"""BuildStore: what a run stores under its lease."""

import asyncio

from pcf_generator.domain.build import BuildState, EventType
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import TrailEntry
from pcf_generator.ports.journal import Checkpoint, StageDone

RELEASE = "releases/0123456789abcdef"


def done(stage, content="{}", *, shared=False):
    entries = (TrailEntry("route.decided"), TrailEntry("stage.succeeded", details={"stage": stage.value}))
    return StageDone(stage, Checkpoint(f"hash of {content}", content), 0.25, f"{stage} done.", entries, shared=shared)


async def told(scene, lease):
    """The events of a run, without the build's creation."""
    return [(event.event.type, event.event.stage) for event in (await scene.events(lease))[1:]]


async def test_a_run_begins_with_the_first_stage_bound_to_its_release(scene):
    lease = await scene.running()
    assert {} == await scene.store.begin(lease, RELEASE)
    build = await scene.store.get(lease.build.id, tenant="default")
    assert (RELEASE, Stage.INTERPRET, BuildState.RUNNING) == (build.brain_release, build.stage, build.state)
    assert [(EventType.STAGE_STARTED, Stage.INTERPRET)] == await told(scene, lease)


async def test_a_stage_that_is_done_tells_of_its_end_and_of_the_next_one(scene):
    lease = await scene.running()
    await scene.store.begin(lease, RELEASE)
    await scene.store.stage_done(lease, done(Stage.INTERPRET), then=Stage.MATCH)
    event = (await scene.events(lease))[2].event
    assert Stage.MATCH is (await scene.store.get(lease.build.id, tenant="default")).stage
    assert ("intent-interpretation done.", 0.25) == (event.message, event.duration_s)
    assert [
        (EventType.STAGE_STARTED, Stage.INTERPRET),
        (EventType.STAGE_SUCCEEDED, Stage.INTERPRET),
        (EventType.STAGE_STARTED, Stage.MATCH),
    ] == await told(scene, lease)


async def test_nothing_begins_after_the_last_stage(scene):
    lease = await scene.running()
    await scene.store.begin(lease, RELEASE)
    for stage, following in zip(Stage, [*list(Stage)[1:], None], strict=True):
        await scene.store.stage_done(lease, done(stage), then=following)
    assert (EventType.STAGE_SUCCEEDED, Stage.PACKAGE) == (await told(scene, lease))[-1]
    assert 14 == len(await told(scene, lease))


async def test_a_stage_that_ends_has_begun_even_where_another_was_expected(scene):
    """After an answer the first stages run again although their checkpoints are there."""
    lease = await scene.running()
    await scene.store.begin(lease, RELEASE)
    await scene.store.stage_done(lease, done(Stage.MATCH), then=Stage.SPECIFY)
    assert [
        (EventType.STAGE_STARTED, Stage.INTERPRET),
        (EventType.STAGE_STARTED, Stage.MATCH),
        (EventType.STAGE_SUCCEEDED, Stage.MATCH),
        (EventType.STAGE_STARTED, Stage.SPECIFY),
    ] == await told(scene, lease)


async def test_the_next_run_gets_the_checkpoints_and_begins_where_the_last_one_was(scene):
    lease = await scene.running()
    await scene.store.begin(lease, RELEASE)
    await scene.store.stage_done(lease, done(Stage.INTERPRET, "one"), then=Stage.MATCH)
    await scene.store.stage_done(lease, done(Stage.MATCH, "two"), then=Stage.SPECIFY)
    await scene.store.hand_back(lease, message="Stopping.")
    again = await (await scene.open()).claim("two", lease_s=30)
    assert {
        Stage.INTERPRET: Checkpoint("hash of one", "one"),
        Stage.MATCH: Checkpoint("hash of two", "two"),
    } == await scene.store.begin(again, RELEASE)
    assert (EventType.STAGE_STARTED, Stage.SPECIFY) == (await told(scene, lease))[-1]


async def test_a_stage_that_ran_again_replaces_its_checkpoint(scene):
    lease = await scene.running()
    for content in ("old", "new"):
        await scene.store.stage_done(lease, done(Stage.INTERPRET, content), then=Stage.MATCH)
    assert {Stage.INTERPRET: Checkpoint("hash of new", "new")} == await scene.store.begin(lease, RELEASE)


async def test_beginning_again_changes_nothing(scene):
    lease = await scene.running()
    await scene.store.begin(lease, RELEASE)
    before = (await scene.store.get(lease.build.id, tenant="default"), await scene.events(lease))
    assert {} == await scene.store.begin(lease, RELEASE)
    assert before == (await scene.store.get(lease.build.id, tenant="default"), await scene.events(lease))


async def test_the_same_result_again_changes_nothing(scene):
    lease = await scene.running()
    await scene.store.begin(lease, RELEASE)
    await scene.store.stage_done(lease, done(Stage.GENERATE, shared=True), then=Stage.PACKAGE)
    before = (
        await scene.store.get(lease.build.id, tenant="default"),
        await scene.events(lease),
        await scene.store.undelivered(limit=99),
    )
    await scene.store.stage_done(lease, done(Stage.GENERATE, shared=True), then=Stage.PACKAGE)
    assert before == (
        await scene.store.get(lease.build.id, tenant="default"),
        await scene.events(lease),
        await scene.store.undelivered(limit=99),
    )


async def test_the_same_result_of_another_run_is_told_again(scene):
    """Its bytes were gone and it was made anew; a repetition comes under the same lease."""
    lease = await scene.running()
    await scene.store.stage_done(lease, done(Stage.PACKAGE), then=None)
    again = await scene.reclaimed()
    await scene.store.begin(again, RELEASE)
    await scene.store.stage_done(again, done(Stage.PACKAGE), then=None)
    told_types = [event.event.type for event in await scene.events(lease)]
    assert 2 == told_types.count(EventType.STAGE_SUCCEEDED)


async def test_checkpoints_belong_to_their_build(scene):
    lease = await scene.running()
    await scene.store.stage_done(lease, done(Stage.INTERPRET), then=Stage.MATCH)
    assert {} == await scene.store.begin(await scene.running(), RELEASE)


async def test_shared_results_are_recalled_by_any_instance_and_others_are_not(scene):
    lease = await scene.running()
    await scene.store.stage_done(lease, done(Stage.SPECIFY, "own"), then=Stage.VALIDATE)
    await scene.store.stage_done(lease, done(Stage.GENERATE, "anyone's", shared=True), then=Stage.PACKAGE)
    other = await scene.open()
    assert Checkpoint("hash of anyone's", "anyone's") == await other.recall("hash of anyone's")
    assert await other.recall("hash of own") is None


async def test_a_result_that_is_shared_again_is_kept(scene):
    for _ in range(2):
        lease = await scene.running()
        await scene.store.stage_done(lease, done(Stage.GENERATE, "same", shared=True), then=Stage.PACKAGE)
    assert Checkpoint("hash of same", "same") == await scene.store.recall("hash of same")


async def test_the_first_result_that_is_remembered_stands(scene):
    first, later = Checkpoint("name", "first"), Checkpoint("name", "later")
    assert first == await scene.store.remember(first, tenant="default")
    other = await scene.open()
    assert [first, first, first] == [
        await other.remember(later, tenant="default"),
        await other.remember(first, tenant="default"),
        await other.recall("name"),
    ]


async def test_of_many_that_are_remembered_at_once_one_stands(scene):
    results = [Checkpoint("name", f"of {number}") for number in range(20)]
    stands = await asyncio.gather(*(scene.store.remember(result, tenant="default") for result in results))
    assert {await scene.store.recall("name")} == set(stands)


async def test_what_a_run_does_is_told_in_the_name_of_who_created_the_build(scene):
    lease = await scene.running()
    await scene.store.stage_done(lease, done(Stage.INTERPRET), then=Stage.MATCH)
    await scene.settle(lease, BuildState.FAILED, EventType.FAILED)
    entries = (await scene.store.undelivered(limit=10))[1:]
    assert ["route.decided", "stage.succeeded", "build.failed"] == [entry.entry.type for entry in entries]
    assert {("maker", "trace")} == {(entry.actor, entry.request_id) for entry in entries}


async def test_a_settled_build_gives_up_its_lease(scene):
    build = await scene.succeeded()
    stored = await scene.store.get(build.id, tenant="default")
    event = (await scene.events(build))[-1]
    scene.clock.advance(3600)
    assert build == stored
    assert (BuildState.SUCCEEDED, EventType.SUCCEEDED) == (event.state, event.event.type)
    assert stored.last_sequence == event.sequence
    assert await scene.store.claim("two", lease_s=30) is None


async def test_question_problem_and_result_are_read_as_they_were_stored(scene):
    for build in (await scene.asking(), await scene.failed(), await scene.succeeded()):
        assert build == await scene.store.get(build.id, tenant="default")
