"""From a prompt to a component and its trail, through three services."""

import hashlib
import io
import json
import zipfile
from collections import Counter

from pcf.audit.v1 import audit_pb2
from pcf.generator.v1 import generator_pb2 as pb

PROMPT = "I need a 5-star rating control for product reviews"
STAGES = [value for value in pb.Stage.values() if value]


async def test_a_prompt_becomes_a_component(trio):
    build = await trio.generator.settled(await trio.generator.create(PROMPT))
    events = await trio.generator.events(build)
    source = await trio.generator.download(build, "source")
    report = json.loads(await trio.generator.download(build, "report"))
    assert (pb.Build.STATE_SUCCEEDED, "star-rating", "StarRating") == (
        build.state,
        build.result.capability_id,
        build.result.component_name,
    )
    assert "StarRating/index.ts" in zipfile.ZipFile(io.BytesIO(source)).namelist()
    assert "StarRating" == report["specification"]["componentName"]
    assert list(range(1, build.last_sequence + 1)) == [event.sequence for event in events]
    done = [event.stage for event in events if event.type == pb.BuildEvent.TYPE_STAGE_SUCCEEDED]
    assert STAGES == done


async def test_the_same_prompt_again_gives_the_same_bytes(trio):
    first, second = [await trio.generator.settled(await trio.generator.create(PROMPT)) for _ in range(2)]
    assert first.name != second.name
    assert [artifact.sha256 for artifact in first.result.artifacts] == [
        artifact.sha256 for artifact in second.result.artifacts
    ]


async def test_a_file_that_was_downloaded_leads_back_to_its_build(trio):
    build = await trio.generator.settled(await trio.generator.create(PROMPT))
    for made in build.result.artifacts:
        content = await trio.generator.download(build, made.name.rpartition("/")[2])
        asked = pb.FindArtifactRequest(sha256=hashlib.sha256(content).hexdigest())
        found = await trio.generator.stub.FindArtifact(asked)
        assert [(made, build)] == [(origin.artifact, origin.build) for origin in found.origins]


async def test_everything_that_happened_to_a_build_is_in_the_audit_log(trio):
    build = await trio.generator.settled(await trio.generator.create(PROMPT))
    await trio.generator.download(build, "source")
    events = await trio.log.until(build, "artifact.downloaded")
    types = [event.type for event in events]
    verified = await trio.log.stub.VerifyLog(audit_pb2.VerifyLogRequest())
    assert verified.valid
    assert ("build.created", "build.succeeded", "artifact.downloaded") == (types[0], types[-2], types[-1])
    counted = Counter(types)
    assert (7, 1, 1) == (counted["stage.succeeded"], counted["build.created"], counted["build.succeeded"])
    tasks = [event.details["task"] for event in events if event.type == "route.decided"]
    assert {
        "INTERPRET_INTENT",
        "GENERATE_SPEC",
        "VALIDATE_RULES",
        "RENDER_PROJECT",
        "RENDER_CONTROL",
        "RENDER_STRINGS",
        "VALIDATE_CODE",
    } <= set(tasks)
    assert {build.brain_release} == {event.details["release"] for event in events if event.type == "route.decided"}
    # The maker's words are in one place only, which the audit log encrypts.
    assert PROMPT == events[0].personal["prompt"]
    assert [events[0]] == [event for event in events if "product reviews" in repr(event)]


async def test_a_question_is_asked_answered_and_audited(trio):
    asking = await trio.generator.settled(await trio.generator.create("something with stars or a toggle"))
    assert (pb.Build.STATE_NEEDS_INPUT, "PCF-INT-002") == (asking.state, asking.question.code)
    await trio.generator.stub.AnswerBuild(pb.AnswerBuildRequest(name=asking.name, choice_id="star-rating"))
    build = await trio.generator.settled(asking)
    types = [event.type for event in await trio.log.until(build, "build.succeeded")]
    assert (pb.Build.STATE_SUCCEEDED, "star-rating") == (build.state, build.result.capability_id)
    assert ["build.created", "build.asked", "build.answered", "build.succeeded"] == [
        kind for kind in types if kind.startswith("build.")
    ]


async def test_a_refusal_is_told_with_its_code_and_audited_with_its_routing(trio):
    build = await trio.generator.settled(await trio.generator.create("a teapot that brews coffee"))
    events = await trio.log.until(build, "build.refused")
    assert (pb.Build.STATE_FAILED, "PCF-CAP-001", pb.STAGE_MATCH) == (
        build.state,
        build.problem.code,
        build.problem.stage,
    )
    assert (audit_pb2.Event.OUTCOME_REFUSED, "PCF-CAP-001") == (events[-1].outcome, events[-1].details["code"])
    assert "MATCH_CAPABILITY" in {event.details["task"] for event in events if event.type == "route.decided"}
    assert ["build.created"] == [event.type for event in events if "teapot" in repr(event)]


async def test_many_builds_at_once_all_come_to_their_end(trio):
    prompts = [f"a {number % 8 + 3} star rating" for number in range(20)]
    builds = [await trio.generator.create(prompt) for prompt in prompts]
    settled = [await trio.generator.settled(build) for build in builds]
    assert {pb.Build.STATE_SUCCEEDED} == {build.state for build in settled}
