"""Execution: whatever happens in a build, it ends in a state, with its event and its audit entries."""

import logging
from collections import Counter
from dataclasses import dataclass, replace
from typing import Any

import pytest
from pcf_generator.build_store import StoreUnavailable
from pcf_generator.domain.build import BuildState, EventType
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import Outcome, Route
from pcf_generator.ports.journal import Checkpoint, LeaseLost, StageDone
from pcf_generator.ports.knowledge import BrainFileFault, KnowledgeGone, KnowledgeUnavailable
from pcf_generator.ports.packing import ArtifactsUnavailable

AWAY = KnowledgeUnavailable("UNAVAILABLE")
NO_STORE = ArtifactsUnavailable("s3://bucket hangs")


async def trail(scene):
    return [event.entry for event in await scene.store.undelivered(limit=1000)]


async def started(scene, build):
    return [e.event.stage for e in await scene.events(build) if e.event.type is EventType.STAGE_STARTED]


async def test_a_build_that_succeeds_has_its_result_and_has_told_of_every_stage(workshop):
    build = await workshop.scene.queued("I need a 5-star rating")
    ended = await workshop.run()
    events = await workshop.scene.events(build)
    stages = [e for e in events if e.event.type is EventType.STAGE_SUCCEEDED]
    assert (BuildState.SUCCEEDED, "star-rating", "StarRating") == (
        ended.state,
        ended.result.capability_id,
        ended.result.component_name,
    )
    assert list(Stage) == await started(workshop.scene, build)
    assert list(Stage) == [e.event.stage for e in stages]
    assert all(e.event.message and e.event.duration_s >= 0 for e in stages)
    assert (EventType.SUCCEEDED, "StarRating is ready.") == (events[-1].event.type, events[-1].event.message)
    assert ended.end_time == ended.update_time
    assert [BuildState.SUCCEEDED] == workshop.observed.settled
    assert {artifact.sha256 for artifact in ended.result.artifacts} <= workshop.artifacts.contents.keys()


async def test_every_decision_of_a_build_is_in_its_trail(workshop):
    await workshop.scene.queued("I need a 5-star rating")
    ended = await workshop.run()
    entries = await trail(workshop.scene)
    assert ["build.created", *["stage.succeeded"] * 7, "build.succeeded"] == [entry.type for entry in entries]
    assert [stage.value for stage in Stage] == [e.details["stage"] for e in entries if e.type == "stage.succeeded"]
    assert {"kind": "star-rating"} | {a.kind: a.sha256 for a in ended.result.artifacts} == dict(entries[-1].details)


async def test_a_build_that_is_unclear_asks(workshop):
    build = await workshop.scene.queued("something with stars or a toggle")
    asking = await workshop.run()
    last = (await workshop.scene.events(build))[-1]
    assert (BuildState.NEEDS_INPUT, "PCF-INT-002", None) == (asking.state, asking.question.code, asking.end_time)
    assert (EventType.NEEDS_INPUT, asking.question.text) == (last.event.type, last.event.message)
    entry = (await trail(workshop.scene))[-1]
    assert ("build.asked", "PCF-INT-002") == (entry.type, entry.details["code"])


async def test_an_answered_build_goes_on_with_the_answer_and_begins_to_count_claims_anew(workshop):
    build = await workshop.scene.queued("something with stars or a toggle", claims=2)
    await workshop.run()
    await workshop.scene.desk.answer(build.id, "", "star-rating", workshop.scene.request())
    assert 0 == (await workshop.scene.store.get(build.id, tenant="default")).claims
    ended = await workshop.run()
    assert (BuildState.SUCCEEDED, "star-rating") == (ended.state, ended.result.capability_id)


async def test_a_build_that_is_refused_fails_with_its_problem(workshop):
    build = await workshop.scene.queued("a teapot that brews coffee")
    ended = await workshop.run()
    last = (await workshop.scene.events(build))[-1]
    assert (BuildState.FAILED, "PCF-CAP-001", Stage.MATCH) == (ended.state, ended.problem.code, ended.stage)
    assert (EventType.FAILED, Stage.MATCH, ended.problem.user_message) == (
        last.event.type,
        last.event.stage,
        last.event.message,
    )
    entry = (await trail(workshop.scene))[-1]
    assert ("build.refused", Outcome.REFUSED, "PCF-CAP-001") == (entry.type, entry.outcome, entry.details["code"])
    assert [BuildState.FAILED] == workshop.observed.settled


async def test_nothing_that_the_maker_wrote_gets_into_the_trail_but_as_personal(workshop):
    secret = "Confidential"
    for prompt in (f"a teapot for {secret}", f"5 star rating named {secret}!", f"5 star rating for {secret} reviews"):
        await workshop.scene.queued(prompt)
        await workshop.run()
    await workshop.scene.queued("5 star rating", options=workshop.scene.draft().options.__class__(secret.lower()))
    assert "PCF-SPEC-001" == (await workshop.run()).problem.code
    entries = [replace(entry, personal={}) for entry in await trail(workshop.scene)]
    assert [] == [entry for entry in entries if secret.lower() in repr(entry).lower()]


@dataclass
class Routed:
    """Knowledge that tells of a routing decision for each question."""

    knowledge: Any
    open: tuple[Route, ...] = ()

    def __getattr__(self, name: str) -> Any:
        if name in {"language", "kinds", "capability"}:
            self.open += (Route(name, self.release, (), 1, 2, 0),)
        return getattr(self.knowledge, name)

    def routes(self):
        told, self.open = self.open, ()
        return told


async def test_the_routing_decisions_of_a_stage_that_refused_are_told_too(workshop):
    workshop.brain.knowledge = Routed(workshop.brain.knowledge)
    await workshop.scene.queued("a teapot that brews coffee")
    await workshop.run()
    entries = await trail(workshop.scene)
    assert ["route.decided", "build.refused"] == [entry.type for entry in entries[-2:]]
    assert "kinds" == entries[-2].details["task"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (KnowledgeGone("RELEASE_GONE"), "PCF-SYS-001"),
        (BrainFileFault("secret"), "PCF-SYS-002"),
        (ValueError("secret"), "PCF-SYS-004"),
        (TimeoutError("secret"), "PCF-SYS-004"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else value,
)
async def test_what_no_stage_foresaw_fails_the_build_without_its_text(workshop, caplog, fault, code):
    workshop.model.faults["interpret"] = [fault]
    build = await workshop.scene.queued()
    ended = await workshop.run()
    assert (BuildState.FAILED, code, Stage.INTERPRET) == (ended.state, ended.problem.code, ended.problem.stage)
    told = repr((ended.problem, await workshop.scene.events(build), await trail(workshop.scene)))
    assert "secret" not in told
    assert ended.problem.suggestion
    assert ["build failed"] == [line.message for line in caplog.records if line.levelno == logging.ERROR]


async def test_a_failure_is_told_of_the_stage_it_happened_in(workshop):
    await workshop.scene.queued()
    workshop.artifacts.put = None  # the last stage stores the package
    ended = await workshop.run()
    assert ("PCF-SYS-004", Stage.PACKAGE) == (ended.problem.code, ended.stage)


async def test_a_stage_that_takes_too_long_ends_the_build(workshop):
    workshop.model.holds = {"interpret"}
    await workshop.scene.queued()
    ended = await workshop.run(stage_s=0.01)
    assert ("PCF-SYS-004", "The build took too long.") == (ended.problem.code, ended.problem.user_message)


async def test_a_build_that_takes_too_long_in_all_ends(workshop):
    workshop.model.holds = {"specify"}
    await workshop.scene.queued()
    ended = await workshop.run(build_s=0.05)
    assert ("PCF-SYS-004", "The build took too long.") == (ended.problem.code, ended.problem.user_message)


async def test_a_brain_that_is_away_at_the_start_is_waited_for(workshop, caplog):
    workshop.brain.faults = [AWAY] * 3
    build = await workshop.scene.queued()
    assert BuildState.SUCCEEDED is (await workshop.run()).state
    assert list(Stage) == await started(workshop.scene, build)
    assert 1 == caplog.messages.count("build waits")


async def test_a_brain_that_goes_away_in_the_middle_is_waited_for(workshop):
    """Nothing is told or done twice, and the release stays the one the build began with."""
    workshop.model.faults["interpret"] = [AWAY] * 3
    build = await workshop.scene.queued()
    assert BuildState.SUCCEEDED is (await workshop.run()).state
    assert list(Stage) == await started(workshop.scene, build)
    assert ["current"] == workshop.brain.asked
    assert {"interpret": 4, "specify": 1} == dict(workshop.model.runs)


async def test_stages_before_the_brain_went_away_are_not_run_again(workshop):
    workshop.model.faults["specify"] = [AWAY] * 2
    await workshop.scene.queued()
    assert BuildState.SUCCEEDED is (await workshop.run()).state
    assert {"interpret": 1, "specify": 3} == dict(workshop.model.runs)


@pytest.mark.parametrize("away", ["at the start", "in the middle"])
async def test_a_brain_that_stays_away_fails_the_build_at_its_limit(workshop, away):
    faults = [AWAY] * 10_000
    if away == "at the start":
        workshop.brain.faults = faults
    else:
        workshop.model.faults["interpret"] = faults
    build = await workshop.scene.queued()
    ended = await workshop.run(build_s=0.5)
    assert (BuildState.FAILED, "PCF-SYS-001") == (ended.state, ended.problem.code)
    assert "resume" in ended.problem.suggestion
    assert len(await workshop.scene.events(build)) <= 3


async def test_a_build_that_waited_in_vain_can_be_resumed(workshop):
    workshop.brain.faults = [AWAY] * 10_000
    build = await workshop.scene.queued()
    await workshop.run(build_s=0.02)
    workshop.brain.faults = []
    await workshop.scene.desk.resume(build.id, workshop.scene.request())
    ended = await workshop.run()
    assert (BuildState.SUCCEEDED, None) == (ended.state, ended.problem)


async def test_an_artifact_store_that_is_away_is_waited_for(workshop):
    """Nothing is run or told twice but the stage that needs it."""
    workshop.artifacts.faults = [NO_STORE] * 3
    build = await workshop.scene.queued()
    assert BuildState.SUCCEEDED is (await workshop.run()).state
    assert list(Stage) == await started(workshop.scene, build)
    assert {"interpret": 1, "specify": 1} == dict(workshop.model.runs)


async def test_an_artifact_store_that_is_away_when_a_package_could_be_shared_is_waited_for(workshop):
    await workshop.scene.queued()
    first = await workshop.run()
    workshop.artifacts.faults = [NO_STORE] * 3
    await workshop.scene.queued()
    second = await workshop.run()
    assert first.result.artifacts == second.result.artifacts
    assert Stage.PACKAGE in [stage for stage, outcome in workshop.observed.ended if outcome == "recalled"]


async def test_an_artifact_store_that_stays_away_fails_the_build_at_its_limit_and_nothing_is_lost(workshop):
    workshop.artifacts.faults = [NO_STORE] * 10_000
    build = await workshop.scene.queued()
    ended = await workshop.run(build_s=0.5)
    assert (BuildState.FAILED, "PCF-SYS-001", Stage.PACKAGE) == (ended.state, ended.problem.code, ended.stage)
    assert "resume" in ended.problem.suggestion
    assert "s3://" not in repr(ended.problem)
    workshop.artifacts.faults = []
    await workshop.scene.desk.resume(build.id, workshop.scene.request())
    assert BuildState.SUCCEEDED is (await workshop.run()).state
    assert {"interpret": 1, "specify": 1} == dict(workshop.model.runs)


async def test_a_build_goes_on_with_the_release_it_began_with(workshop):
    lease = await workshop.scene.running()
    await workshop.scene.store.begin(lease, "releases/fedcba9876543210")
    await workshop.scene.store.hand_back(lease, message="Stopping.")
    await workshop.run()
    assert ["releases/fedcba9876543210"] == workshop.brain.asked


async def test_a_build_that_ended_every_instance_is_not_tried_a_fourth_time(workshop):
    build = await workshop.scene.queued()
    for _ in range(3):
        assert await workshop.scene.store.claim("dies", lease_s=30) is not None
        workshop.scene.clock.advance(60)
    ended = await workshop.run()
    assert (BuildState.FAILED, "PCF-SYS-004", 4) == (ended.state, ended.problem.code, ended.claims)
    assert "interrupted" in ended.problem.user_message
    assert 0 == workshop.model.runs["interpret"]
    told = [event.event.type for event in await workshop.scene.events(build)]
    assert [EventType.CREATED, *[EventType.HANDED_BACK] * 3, EventType.FAILED] == told


async def test_the_third_claim_is_still_run(workshop):
    await workshop.scene.queued(claims=2)
    assert BuildState.SUCCEEDED is (await workshop.run()).state


async def test_resuming_lets_a_poisoned_build_try_again(workshop):
    build = await workshop.scene.queued(claims=3)
    assert BuildState.FAILED is (await workshop.run()).state
    await workshop.scene.desk.resume(build.id, workshop.scene.request())
    assert BuildState.SUCCEEDED is (await workshop.run()).state


async def test_a_build_that_got_on_and_then_ends_every_run_at_one_stage_is_given_up_too(workshop):
    """The run that completed the stage before is the first of the three that tried this one."""
    build = await workshop.scene.queued()
    lease = await workshop.scene.store.claim("dies", lease_s=30)
    await workshop.scene.store.begin(lease, workshop.brain.knowledge.release)
    done = StageDone(Stage.INTERPRET, Checkpoint("hash", "{}"), 0.1, "Done.", ())
    await workshop.scene.store.stage_done(lease, done, then=Stage.MATCH)
    for _ in range(2):
        await workshop.scene.reclaimed()
    workshop.scene.clock.advance(60)
    ended = await workshop.run()
    assert (build.id, BuildState.FAILED, Stage.MATCH) == (ended.id, ended.state, ended.problem.stage)
    assert "3 runs in a row" in ended.problem.message


async def test_a_run_without_its_lease_stores_nothing(workshop):
    lease = await workshop.scene.running()
    cancelled = await workshop.scene.desk.cancel(lease.build.id, workshop.scene.request())
    with pytest.raises(LeaseLost):
        await workshop.execution().run(lease)
    assert cancelled == await workshop.scene.store.get(lease.build.id, tenant="default")


async def test_a_store_that_is_away_does_not_fail_the_build(workshop):
    """It has not settled; its next claim goes on."""
    lease = await workshop.scene.running()

    class Away:
        def __getattr__(self, name):
            return getattr(workshop.scene.store, name)

        async def stage_done(self, *arguments, **named):
            raise StoreUnavailable("SQLITE_FULL")

    with pytest.raises(StoreUnavailable):
        await workshop.execution(Away(), store_away_s=0).run(lease)
    assert BuildState.RUNNING is (await workshop.scene.store.get(lease.build.id, tenant="default")).state


async def test_the_same_specification_again_is_taken_from_the_first_build(workshop):
    first_build = await workshop.scene.queued("5 stars")
    first = await workshop.run()
    await workshop.scene.queued("5  stars")
    second = await workshop.run()
    assert first.id == first_build.id
    assert first.result.artifacts[0] == second.result.artifacts[0]
    recalled = [stage for stage, outcome in workshop.observed.ended if outcome == "recalled"]
    assert [Stage.GENERATE, Stage.PACKAGE] == recalled


async def test_a_package_whose_bytes_are_gone_is_made_again(workshop):
    await workshop.scene.queued()
    first = await workshop.run()
    workshop.artifacts.contents.clear()
    await workshop.scene.queued()
    second = await workshop.run()
    assert first.result.artifacts[0] == second.result.artifacts[0]
    assert second.result.artifacts[0].sha256 in workshop.artifacts.contents


async def test_a_package_that_will_expire_is_made_again_and_not_pointed_at(workshop):
    await workshop.scene.queued()
    first = await workshop.run()
    workshop.artifacts.expiring = {first.result.artifacts[0].sha256}
    await workshop.scene.queued()
    second = await workshop.run()
    assert first.result.artifacts == second.result.artifacts
    assert [Stage.GENERATE] == [stage for stage, outcome in workshop.observed.ended if outcome == "recalled"]


@dataclass
class Flickering:
    """A store that is away at every other call: before it does anything, or after it, when only its answer is lost."""

    store: Any
    lost: str
    calls: int = 0

    def __getattr__(self, name: str) -> Any:
        method = getattr(self.store, name)
        if name not in {"begin", "stage_done", "recall"}:
            return method

        async def call(*args: Any, **named: Any) -> Any:
            self.calls += 1
            first = self.calls % 2 == 1
            if first and self.lost == "the call":
                raise StoreUnavailable("ConnectionRefusedError")
            result = await method(*args, **named)
            if first and self.lost == "the answer":
                raise StoreUnavailable("ConnectionDoesNotExistError")
            return result

        return call


@pytest.mark.parametrize("lost", ["the call", "the answer"])
async def test_a_store_that_comes_back_gets_everything_once(workshop, lost):
    build = await workshop.scene.queued("I need a 5-star rating")
    lease = await workshop.scene.store.claim("one", lease_s=30)
    await workshop.execution(Flickering(workshop.scene.store, lost)).run(lease)
    events = await workshop.scene.events(build)
    told = Counter((event.event.type, event.event.stage) for event in events)
    audited = Counter(entry.type for entry in await trail(workshop.scene))
    assert EventType.SUCCEEDED is events[-1].event.type
    assert [(1, 1)] * 7 == [
        (told[EventType.STAGE_STARTED, stage], told[EventType.STAGE_SUCCEEDED, stage]) for stage in Stage
    ]
    assert (1, 7, 1) == (audited["build.created"], audited["stage.succeeded"], audited["build.succeeded"])
    assert {"interpret": 1, "specify": 1} == dict(workshop.model.runs)


async def test_an_end_whose_answer_was_lost_is_not_stored_twice(workshop):
    build = await workshop.scene.queued("I need a 5-star rating")
    lease = await workshop.scene.store.claim("one", lease_s=30)

    class AnswerLost:
        def __getattr__(self, name):
            return getattr(workshop.scene.store, name)

        async def settle(self, *arguments, **named):
            await workshop.scene.store.settle(*arguments, **named)
            raise StoreUnavailable("ConnectionDoesNotExistError")

    with pytest.raises(LeaseLost):
        await workshop.execution(AnswerLost()).run(lease)
    assert BuildState.SUCCEEDED is (await workshop.scene.store.get(build.id, tenant="default")).state
    assert 1 == Counter(entry.type for entry in await trail(workshop.scene))["build.succeeded"]
