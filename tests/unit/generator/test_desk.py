"""The desk: what callers may do with builds, and when."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pcf_generator.admission import Admission
from pcf_generator.artifact_store import ArtifactGone, Link
from pcf_generator.build_store import BuildUnknown, QueueFull, TenantQueueFull, WrongState
from pcf_generator.desk import (
    EVENTS_AT_ONCE,
    ORIGINS_AT_ONCE,
    POLL_S,
    ArtifactUnknown,
    ChoiceUnknown,
    Desk,
    Leaving,
    OffsetPastEnd,
    Origin,
    QuestionUnknown,
)
from pcf_generator.domain.build import Answer, BuildOptions, BuildState, EventType
from pcf_generator.domain.stage import Stage
from pcf_generator.pace import Pace
from pcf_generator.ports.journal import Checkpoint, StageDone
from pcf_generator.ports.packing import ArtifactsUnavailable

from tests.unit.generator.doubles.admissions import Refusals, letting_in
from tests.unit.generator.doubles.scenes import RESULT

ENDED = ["succeeded", "failed", "cancelled"]
OPEN = ["queued", "running", "asking"]
LINK = Link("https://bucket.example/x?signature", datetime(2026, 1, 1, tzinfo=UTC))


async def made(scene, state):
    """A build in a state, as it is stored."""
    build = await getattr(scene, state)()
    return await scene.store.get(build.build.id if state == "running" else build.id, tenant="default")


async def watched(scene, build, *, after=0):
    async with asyncio.timeout(20):
        return [event async for event in scene.desk.watch(build.id, tenant="default", after=after)]


async def test_a_build_is_created_in_the_name_of_who_asked(scene):
    options = BuildOptions(component_name="Stars")
    request = replace(scene.request("r1", actor="maker@example.com"), tenant="contoso")
    build = await scene.desk.create("5 stars", options, request)
    assert "contoso" == build.tenant
    assert build == await scene.desk.get(build.id, tenant="contoso")
    assert ("5 stars", options, "maker@example.com", "trace r1", BuildState.QUEUED) == (
        build.prompt,
        build.options,
        build.actor,
        build.request_id,
        build.state,
    )
    assert scene.clock.now() == build.create_time == build.update_time


async def test_the_queue_limit_is_the_desk_s(scene):
    desk = Desk(scene.store, None, clock=scene.clock.now, new_id=scene.new_id, admission=letting_in(1))
    await desk.create("5 stars", BuildOptions(), scene.request())
    with pytest.raises(QueueFull):
        await desk.create("5 stars", BuildOptions(), scene.request())


async def test_the_limit_of_a_tenant_is_the_desk_s_and_both_refusals_are_counted_and_say_when_to_come_again(scene):
    refusals = Refusals()
    pace = Pace(clock=lambda: 0.0)
    most = {"contoso": 1}
    desk = Desk(
        scene.store,
        None,
        clock=scene.clock.now,
        new_id=scene.new_id,
        admission=Admission(2, most.get, pace, refusals),
    )
    contoso, fabrikam = scene.request(tenant="contoso"), scene.request(tenant="fabrikam")
    await desk.create("5 stars", BuildOptions(), contoso)
    with pytest.raises(TenantQueueFull) as own:
        await desk.create("5 stars", BuildOptions(), contoso)
    await desk.create("5 stars", BuildOptions(), fabrikam)
    with pytest.raises(QueueFull) as all_of_them:
        await desk.create("5 stars", BuildOptions(), fabrikam)
    assert [True, False] == refusals.of_tenant
    assert [pace.retry_after_s(1), pace.retry_after_s(2)] == [own.value.retry_after_s, all_of_them.value.retry_after_s]


@pytest.mark.parametrize("state", OPEN)
async def test_what_has_not_ended_can_be_cancelled(scene, state):
    build = await made(scene, state)
    scene.clock.advance(5)
    cancelled = await scene.desk.cancel(build.id, scene.request())
    assert (BuildState.CANCELLED, scene.clock.now(), None) == (
        cancelled.state,
        cancelled.end_time,
        cancelled.question,
    )
    assert EventType.CANCELLED is (await scene.events(build))[-1].event.type


@pytest.mark.parametrize("state", ENDED)
async def test_what_has_ended_cannot_be_cancelled(scene, state):
    build = await made(scene, state)
    with pytest.raises(WrongState) as refused:
        await scene.desk.cancel(build.id, scene.request())
    assert ("cancel", build) == (refused.value.wish, refused.value.build)


@pytest.mark.parametrize("state", ["failed", "cancelled"])
async def test_what_failed_or_was_cancelled_can_be_resumed(scene, state):
    build = await made(scene, state)
    resumed = await scene.desk.resume(build.id, scene.request())
    assert (BuildState.QUEUED, None, None, 0) == (resumed.state, resumed.problem, resumed.end_time, resumed.claims)
    assert EventType.RESUMED is (await scene.events(build))[-1].event.type


@pytest.mark.parametrize("state", [*OPEN, "succeeded"])
async def test_nothing_else_can_be_resumed(scene, state):
    build = await made(scene, state)
    with pytest.raises(WrongState) as refused:
        await scene.desk.resume(build.id, scene.request())
    assert "resume" == refused.value.wish


@pytest.mark.parametrize("question", ["", "kind"])
async def test_an_answer_queues_the_build_again(scene, question):
    build = await made(scene, "asking")
    answered = await scene.desk.answer(build.id, question, "b", scene.request())
    assert (BuildState.QUEUED, None, (Answer("kind", "b"),)) == (answered.state, answered.question, answered.answers)
    assert EventType.ANSWERED is (await scene.events(build))[-1].event.type


async def test_answers_are_kept_in_the_order_they_were_given(scene):
    build = await made(scene, "asking")
    await scene.desk.answer(build.id, "", "b", scene.request())
    again = await scene.store.claim("one", lease_s=30)
    question = replace(build.question, question_id="size")
    await scene.settle(again, BuildState.NEEDS_INPUT, EventType.NEEDS_INPUT, question=question)
    answered = await scene.desk.answer(build.id, "size", "a", scene.request())
    assert (Answer("kind", "b"), Answer("size", "a")) == answered.answers


@pytest.mark.parametrize("state", ["queued", "running", *ENDED])
async def test_what_asks_nothing_cannot_be_answered(scene, state):
    build = await made(scene, state)
    with pytest.raises(WrongState) as refused:
        await scene.desk.answer(build.id, "", "a", scene.request())
    assert "answer" == refused.value.wish


async def test_a_second_answer_is_refused_and_the_same_answer_again_is_not(scene):
    build = await made(scene, "asking")
    first = await scene.desk.answer(build.id, "", "a", scene.request("r1"))
    assert first == await scene.desk.answer(build.id, "", "a", scene.request("r1"))
    with pytest.raises(WrongState):
        await scene.desk.answer(build.id, "", "b", scene.request("r2"))


async def test_an_answer_that_is_no_choice_is_refused_and_told_the_choices(scene):
    build = await made(scene, "asking")
    with pytest.raises(ChoiceUnknown, match="a, b"):
        await scene.desk.answer(build.id, "", "c", scene.request())
    assert build == await scene.store.get(build.id, tenant="default")


async def test_an_answer_to_another_question_is_refused_and_told_the_open_one(scene):
    build = await made(scene, "asking")
    with pytest.raises(QuestionUnknown, match="kind"):
        await scene.desk.answer(build.id, "size", "a", scene.request())


@pytest.mark.parametrize("act", ["cancel", "resume"])
async def test_nothing_can_be_done_with_a_build_that_is_not_there(scene, act):
    with pytest.raises(BuildUnknown):
        await getattr(scene.desk, act)("0" * 26, scene.request())
    with pytest.raises(BuildUnknown):
        await scene.desk.answer("0" * 26, "", "a", scene.request())
    with pytest.raises(BuildUnknown):
        await anext(scene.desk.watch("0" * 26, tenant="default", after=0))


@pytest.mark.parametrize("state", ["asking", *ENDED])
async def test_a_watch_of_a_settled_build_gives_its_events_and_ends(scene, state):
    build = await made(scene, state)
    events = await scene.events(build)
    assert events == await watched(scene, build)
    assert events[1:] == await watched(scene, build, after=1)
    assert [] == await watched(scene, build, after=build.last_sequence)


@pytest.mark.parametrize("state", ["asking", *ENDED])
async def test_a_watch_from_beyond_the_end_of_a_settled_build_ends_at_once(scene, state):
    assert [] == await watched(scene, await made(scene, state), after=1000)


async def test_a_watch_from_beyond_the_end_waits_while_the_build_runs(scene):
    lease = await scene.running()
    watch = asyncio.create_task(watched(scene, lease.build, after=1000))
    await scene.store.begin(lease, "releases/0123456789abcdef")
    await scene.store.ping()
    assert not watch.done()
    await scene.settle(lease, BuildState.FAILED, EventType.FAILED)
    assert [] == await watch


async def test_a_build_that_settles_while_a_watch_from_beyond_its_end_looks_ends_the_watch(scene):
    """Between the look at the build and the look at its events: no wake-up comes after that."""
    lease = await scene.running()

    class Settling:
        def __getattr__(self, name):
            return getattr(scene.store, name)

        async def events(self, build_id, **asked):
            events = await scene.store.events(build_id, **asked)
            if not (await scene.store.get(build_id, tenant="default")).state.settled:
                await scene.settle(lease, BuildState.FAILED, EventType.FAILED)
            return events

    desk = Desk(Settling(), None, clock=scene.clock.now, new_id=scene.new_id, admission=letting_in(10))
    async with asyncio.timeout(POLL_S / 2):
        assert [] == [event async for event in desk.watch(lease.build.id, tenant="default", after=1000)]


async def test_a_build_that_settles_while_a_watch_looks_ends_the_watch_with_its_last_event(scene):
    """Between the look at the build and the look at its events: both are told, and nothing comes after them."""
    lease = await scene.running()

    class Settling:
        def __getattr__(self, name):
            return getattr(scene.store, name)

        async def get(self, build_id, *, tenant):
            build = await scene.store.get(build_id, tenant=tenant)
            if not build.state.settled:
                await scene.settle(lease, BuildState.FAILED, EventType.FAILED)
            return build

    desk = Desk(Settling(), None, clock=scene.clock.now, new_id=scene.new_id, admission=letting_in(10))
    async with asyncio.timeout(POLL_S / 2):
        assert [1, 2] == [event.sequence async for event in desk.watch(lease.build.id, tenant="default", after=0)]


async def test_a_watch_gives_events_as_they_happen_and_ends_with_the_last(scene):
    lease = await scene.running()
    watch = scene.desk.watch(lease.build.id, tenant="default", after=0)
    async with asyncio.timeout(20):
        assert EventType.CREATED is (await anext(watch)).event.type
        following = asyncio.ensure_future(anext(watch))
        await scene.store.begin(lease, "releases/0123456789abcdef")
        assert EventType.STAGE_STARTED is (await following).event.type
        following = asyncio.ensure_future(anext(watch))
        await scene.settle(lease, BuildState.SUCCEEDED, EventType.SUCCEEDED)
        assert EventType.SUCCEEDED is (await following).event.type
        with pytest.raises(StopAsyncIteration):
            await anext(watch)


async def test_a_watch_of_a_build_that_goes_on_ends_when_the_instance_leaves(scene):
    lease = await scene.running()
    leaving = asyncio.Event()
    watch = scene.desk.watch(lease.build.id, tenant="default", after=0, leaving=leaving)
    async with asyncio.timeout(POLL_S / 2):
        assert 1 == (await anext(watch)).sequence
        following = asyncio.ensure_future(anext(watch))
        await scene.store.ping()
        leaving.set()
        with pytest.raises(Leaving):
            await following


async def test_a_watch_of_a_settled_build_ends_well_although_the_instance_leaves(scene):
    build, leaving = await scene.succeeded(), asyncio.Event()
    leaving.set()
    assert [1, 2] == [
        event.sequence async for event in scene.desk.watch(build.id, tenant="default", after=0, leaving=leaving)
    ]


async def test_a_watch_that_is_behind_gets_all_of_a_long_history(scene):
    lease = await scene.running()
    for number in range(EVENTS_AT_ONCE):
        done = StageDone(Stage.INTERPRET, Checkpoint(f"hash {number}", "{}"), 0.1, "Done.", ())
        await scene.store.stage_done(lease, done, then=Stage.MATCH)
    build = await scene.settle(lease, BuildState.FAILED, EventType.FAILED)
    sequences = [event.sequence for event in await watched(scene, build)]
    assert list(range(1, build.last_sequence + 1)) == sequences
    assert len(sequences) > 2 * EVENTS_AT_ONCE


async def test_a_watch_goes_on_after_an_answer(scene):
    build = await made(scene, "asking")
    await scene.desk.answer(build.id, "", "a", scene.request())
    watch = asyncio.create_task(watched(scene, build, after=build.last_sequence))
    lease = await scene.store.claim("one", lease_s=30)
    await scene.settle(lease, BuildState.FAILED, EventType.FAILED)
    assert [EventType.ANSWERED, EventType.FAILED] == [event.event.type for event in await watch]


@pytest.fixture
async def shelf(workshop):
    """A desk with one finished build, and what its artifact holds."""
    content = bytes(range(200))
    artifact = await workshop.artifacts.put(
        kind="source", filename="a.zip", media_type="application/zip", content=content
    )
    scene = workshop.scene
    result = replace((await scene.succeeded()).result, artifacts=(artifact,))
    build = await scene.succeeded(result)
    desk = Desk(scene.store, workshop.artifacts, clock=scene.clock.now, new_id=scene.new_id, admission=letting_in(10))
    return desk, build, content


async def opened(desk, build, request, *, kind="source", offset=0, limit=0):
    download = await desk.open_artifact(build.id, kind, request, offset=offset, limit=limit, accept_link=False)
    return download.artifact, b"".join([chunk async for chunk in download.chunks])


async def test_an_artifact_comes_with_its_description(shelf, scene):
    desk, build, content = shelf
    assert (build.result.artifacts[0], content) == await opened(desk, build, scene.request())


@pytest.mark.parametrize(("offset", "limit"), [(0, 10), (10, 0), (10, 10), (199, 100), (200, 0), (200, 5)])
async def test_a_part_of_an_artifact_is_what_was_asked_for(shelf, scene, offset, limit):
    desk, build, content = shelf
    _, part = await opened(desk, build, scene.request(), offset=offset, limit=limit)
    assert content[offset : offset + limit if limit else None] == part


async def test_a_part_that_begins_behind_the_end_is_refused(shelf, scene):
    desk, build, _ = shelf
    with pytest.raises(OffsetPastEnd, match="200"):
        await opened(desk, build, scene.request(), offset=201)


async def test_a_download_is_told_to_the_audit_log_before_its_first_byte(shelf, scene):
    desk, build, _ = shelf
    download = await desk.open_artifact(
        build.id, "source", scene.request("r1", actor="reader"), offset=0, limit=0, accept_link=False
    )
    entry = (await scene.store.undelivered(limit=100))[-1]
    await download.chunks.aclose()
    assert ("artifact.downloaded", {"artifact": "source", "sha256": download.artifact.sha256}) == (
        entry.entry.type,
        entry.entry.details,
    )
    assert ("reader", "trace r1", build.id) == (entry.actor, entry.request_id, entry.build_id)


async def test_what_the_build_did_not_make_cannot_be_downloaded(shelf, scene):
    desk, build, _ = shelf
    unfinished = await made(scene, "failed")
    entries = await scene.store.outbox_depth()
    for of, kind in ((build, "solution"), (unfinished, "source")):
        with pytest.raises(ArtifactUnknown):
            await opened(desk, of, scene.request(), kind=kind)
    assert entries == await scene.store.outbox_depth()


async def test_an_artifact_whose_bytes_are_gone_cannot_be_downloaded(shelf, scene, workshop):
    desk, build, _ = shelf
    workshop.artifacts.contents.clear()
    with pytest.raises(ArtifactGone):
        await opened(desk, build, scene.request())


async def test_an_artifact_that_will_expire_can_be_downloaded_until_then(shelf, scene, workshop):
    desk, build, content = shelf
    workshop.artifacts.expiring = {build.result.artifacts[0].sha256}
    assert (build.result.artifacts[0], content) == await opened(desk, build, scene.request())


async def test_a_download_that_cannot_begin_is_not_told(shelf, scene, workshop):
    desk, build, _ = shelf
    entries = await scene.store.outbox_depth()
    workshop.artifacts.faults = [ArtifactsUnavailable("hangs")]
    with pytest.raises(ArtifactsUnavailable):
        await opened(desk, build, scene.request())
    assert entries == await scene.store.outbox_depth()


@pytest.mark.parametrize(("accept_link", "link"), [(True, LINK), (False, None)])
async def test_a_link_is_for_those_who_take_one_and_is_told_to_the_audit_log(shelf, scene, workshop, accept_link, link):
    desk, build, _ = shelf
    workshop.artifacts.links = LINK
    download = await desk.open_artifact(build.id, "source", scene.request(), offset=0, limit=0, accept_link=accept_link)
    entry = (await scene.store.undelivered(limit=100))[-1].entry
    told = {"artifact": "source", "sha256": download.artifact.sha256} | ({"through": "link"} if link else {})
    assert (link, "artifact.downloaded", told) == (download.link, entry.type, entry.details)


async def test_a_file_leads_to_the_builds_that_made_it_each_with_its_own_description_of_it(scene):
    sha256 = RESULT.artifacts[0].sha256
    renamed = replace(RESULT, artifacts=(replace(RESULT.artifacts[0], filename="Stars-source.zip"),))
    made = [await scene.succeeded(result) for result in (RESULT, renamed)]
    assert ([Origin(build, build.result.artifacts[0]) for build in made], 2) == await scene.desk.find_artifact(
        sha256, tenant="default"
    )


async def test_no_more_origins_are_told_than_fit_and_all_are_counted(scene):
    for _ in range(ORIGINS_AT_ONCE + 1):
        await scene.succeeded()
    origins, total = await scene.desk.find_artifact(RESULT.artifacts[0].sha256, tenant="default")
    assert (ORIGINS_AT_ONCE, ORIGINS_AT_ONCE + 1) == (len(origins), total)
