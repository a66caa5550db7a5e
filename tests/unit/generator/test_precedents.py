"""Precedents: a build with the brief of one that succeeded ends as that one did, at once, and tells as much."""

import asyncio
from collections import Counter
from dataclasses import dataclass, replace

import pytest
from pcf_generator.domain.build import BuildOptions, BuildState, EventType
from pcf_generator.domain.consulted import Consulted
from pcf_generator.domain.stage import Stage
from pcf_generator.ports.packing import ArtifactsUnavailable

from tests.unit.generator.doubles.workshop import HeldModel

PROMPT = "I need a 5-star rating"
AMBIGUOUS = "something with stars or a toggle"


async def made(workshop, prompt=PROMPT, **fields):
    build = await workshop.scene.queued(prompt, **fields)
    ended = await workshop.run()
    assert build.id == ended.id
    return ended


async def told(workshop, build):
    """All that watchers see of a build, but for the times."""
    events = await workshop.scene.events(build)
    assert list(range(1, len(events) + 1)) == [event.sequence for event in events]
    return [(e.event.type, e.event.stage, e.state, e.event.message) for e in events]


async def trail(workshop, build):
    everything = await workshop.scene.store.undelivered(limit=1000)
    return [event.entry for event in everything if event.build_id == build.id]


async def test_the_same_brief_again_ends_the_same_and_runs_nothing(workshop):
    first = await made(workshop)
    runs = dict(workshop.model.runs)
    second = await made(workshop)
    assert (first.result, first.brain_release, first.stage, first.last_sequence) == (
        second.result,
        second.brain_release,
        second.stage,
        second.last_sequence,
    )
    assert runs == dict(workshop.model.runs)
    assert [*[(s, "succeeded") for s in Stage], *[(s, "recalled") for s in Stage]] == workshop.observed.ended
    assert [BuildState.SUCCEEDED] * 2 == workshop.observed.settled


async def test_it_tells_all_that_the_first_one_told(workshop):
    first, second = await made(workshop), await made(workshop)
    assert await told(workshop, first) == await told(workshop, second)
    durations = [e.event.duration_s for e in await workshop.scene.events(second) if e.event.duration_s is not None]
    assert 7 == len(durations)
    assert all(duration >= 0 for duration in durations)


async def test_its_trail_is_complete_and_says_that_it_was_recalled(workshop):
    prompt = "a rating with 40 stars"  # more than there may be: that is a finding
    before, after = [await trail(workshop, await made(workshop, prompt)) for _ in range(2)]
    assert [entry.type for entry in before] == [entry.type for entry in after]
    assert any(entry.type.startswith("finding.") for entry in after)
    assert [stage.value for stage in Stage] == [e.details["stage"] for e in after if e.type == "stage.succeeded"]
    for first, second in zip(before, after, strict=True):
        marked = {"recalled": "true"} if first.type == "stage.succeeded" else {}
        assert {**first.details, **marked} == second.details


@pytest.mark.parametrize(
    "other",
    [
        {"prompt": "I need a 5-star rating!"},
        {"options": BuildOptions(namespace="Contoso")},
    ],
    ids=["prompt", "options"],
)
async def test_another_brief_is_another_build(workshop, other):
    await made(workshop)
    runs = workshop.model.runs["interpret"]
    await made(workshop, **other)
    assert runs + 1 == workshop.model.runs["interpret"]


async def test_another_release_is_another_build(workshop):
    await made(workshop)
    workshop.brain.knowledge = replace(workshop.brain.knowledge, release="releases/fedcba9876543210")
    second = await made(workshop)
    assert ("releases/fedcba9876543210", 2) == (second.brain_release, workshop.model.runs["interpret"])


async def test_another_model_is_another_build(workshop):
    await made(workshop)
    workshop.model.name = "another"
    await made(workshop)
    assert 2 == workshop.model.runs["interpret"]


@dataclass
class UnansweredModel(HeldModel):
    """As it is while no language model answers."""

    async def specify(self, brief, kind, *, knowledge):
        draft = await super().specify(brief, kind, knowledge=knowledge)
        return replace(draft, consulted=(Consulted("GENERATE_SPEC", code="PCF-LLM-001"),))


async def test_a_build_that_did_without_a_language_model_is_no_precedent(workshop):
    """The next one may fare better; only what follows from the specification alone is shared."""
    workshop.model = UnansweredModel()
    first, second = await made(workshop), await made(workshop)
    assert (BuildState.SUCCEEDED, 2) == (second.state, workshop.model.runs["interpret"])
    assert first.result.artifacts[0] == second.result.artifacts[0]


async def test_a_build_that_asked_one_is(workshop):
    class AnsweredModel(HeldModel):
        async def specify(self, brief, kind, *, knowledge):
            draft = await super().specify(brief, kind, knowledge=knowledge)
            return replace(draft, consulted=(Consulted("GENERATE_SPEC", "openai", "gpt", 1, 1, 1, 1),))

    workshop.model = AnsweredModel()
    first, second = await made(workshop), await made(workshop)
    assert (first.result, 1) == (second.result, workshop.model.runs["interpret"])


async def test_the_same_answer_leads_to_the_same_end(workshop):
    ended = []
    for _ in range(2):
        build = await workshop.scene.queued(AMBIGUOUS)
        await workshop.run()
        await workshop.scene.desk.answer(build.id, "", "star-rating", workshop.scene.request())
        ended.append(await workshop.run())
    first, second = ended
    assert first.result == second.result
    assert await told(workshop, first) == await told(workshop, second)
    assert 7 == [outcome for _, outcome in workshop.observed.ended].count("recalled")


async def test_what_did_not_succeed_is_no_precedent(workshop):
    for prompt in ("a teapot that brews coffee", AMBIGUOUS):
        await workshop.scene.queued(prompt)
        await workshop.run()
        before = workshop.model.runs["interpret"]
        await workshop.scene.queued(prompt)
        await workshop.run()
        assert before + 1 == workshop.model.runs["interpret"]


@pytest.mark.parametrize("kind", ["source", "report"])
async def test_a_precedent_whose_bytes_are_gone_is_made_anew_and_serves_again(workshop, kind):
    first = await made(workshop)
    gone = next(artifact.sha256 for artifact in first.result.artifacts if artifact.kind == kind)
    del workshop.artifacts.contents[gone]
    second = await made(workshop)
    assert first.result == second.result
    assert gone in workshop.artifacts.contents
    assert 2 == workshop.model.runs["interpret"]
    await made(workshop)
    assert 2 == workshop.model.runs["interpret"]


async def test_artifacts_that_cannot_be_asked_for_are_waited_for(workshop):
    first = await made(workshop)
    workshop.artifacts.faults = [ArtifactsUnavailable("s3://bucket hangs")] * 3
    assert first.result == (await made(workshop)).result
    assert 1 == workshop.model.runs["interpret"]


async def test_a_build_that_was_on_its_way_is_told_no_stage_twice(workshop):
    """Another with the same brief ended while its instance was down."""
    workshop.model.holds = {"specify"}
    build = await workshop.scene.queued(PROMPT)
    lease = await workshop.scene.store.claim("dies", lease_s=30)
    dying = asyncio.create_task(workshop.execution().run(lease))
    await workshop.model.until(active=1)
    dying.cancel()
    await asyncio.wait({dying})
    workshop.model.holds = set()
    await made(workshop)
    workshop.scene.clock.advance(60)
    ended = await workshop.run()
    assert (build.id, BuildState.SUCCEEDED) == (ended.id, ended.state)
    counts = Counter((kind, stage) for kind, stage, _, _ in await told(workshop, build))
    assert {1} == {counts[EventType.STAGE_SUCCEEDED, stage] for stage in Stage}
    entries = [entry.details["stage"] for entry in await trail(workshop, build) if entry.type == "stage.succeeded"]
    assert [stage.value for stage in Stage] == entries


async def test_another_tenant_s_build_is_no_precedent_and_nothing_of_it_is_taken(workshop):
    """Neither whole nor by the stage: `recalled` would tell that somebody had asked for the same."""
    made_by = {}
    for tenant in ("default", "contoso", "fabrikam", "contoso"):
        await workshop.scene.queued(PROMPT, tenant=tenant)
        made_by.setdefault(tenant, []).append(await workshop.run())
    outcomes = [outcome for _, outcome in workshop.observed.ended]
    assert 3 == workshop.model.runs["interpret"]
    assert ["succeeded"] * 21 + ["recalled"] * 7 == outcomes
    assert made_by["default"][0].result == made_by["contoso"][1].result
