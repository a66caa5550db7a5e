"""Protobuf and domain: every value has its counterpart."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest
from pcf.generator.v1 import generator_pb2 as pb
from pcf_generator import convert
from pcf_generator.domain.build import (
    Answer,
    Artifact,
    Build,
    BuildEvent,
    BuildOptions,
    BuildState,
    EventType,
    NewEvent,
    Result,
)
from pcf_generator.domain.finding import Action, Finding, Severity
from pcf_generator.domain.refusal import Choice, Problem, Question
from pcf_generator.domain.stage import Stage

ULID = "01JAAAAAAAAAAAAAAAAAAAAAAA"
NOW = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
BUILD = Build(
    ULID, "5 stars", BuildOptions("Stars", "Contoso", "cts", "N", "D", "en"), "maker", BuildState.QUEUED, NOW, NOW
)


@pytest.mark.parametrize(
    ("ours", "theirs", "prefix"),
    [
        (BuildState, pb.Build.State, "STATE"),
        (Stage, pb.Stage, "STAGE"),
        (EventType, pb.BuildEvent.Type, "TYPE"),
        (Severity, pb.Finding.Severity, "SEVERITY"),
        (Action, pb.Finding.Action, "ACTION"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_word_has_its_counterpart(ours, theirs, prefix):
    assert {f"{prefix}_UNSPECIFIED", *(f"{prefix}_{word.name}" for word in ours)} == set(theirs.keys())


def test_stages_are_numbered_alike():
    assert [stage.number for stage in Stage] == [pb.Stage.Value(f"STAGE_{stage.name}") for stage in Stage]


def test_names_are_taken_apart():
    assert ULID == convert.build_id(f"builds/{ULID}")
    assert (ULID, "source") == (
        convert.build_id(f"builds/{ULID}/artifacts/source"),
        convert.artifact_kind(f"builds/{ULID}/artifacts/source"),
    )


@pytest.mark.parametrize("state", list(BuildState))
def test_a_state_to_filter_by_is_read(state):
    assert state is convert.state_from(pb.Build.State.Value(f"STATE_{state.name}"))


def test_no_state_to_filter_by_is_none():
    assert convert.state_from(pb.Build.STATE_UNSPECIFIED) is None


def test_options_survive_the_way_there_and_back():
    assert BUILD.options == convert.options_from(convert.build_to(BUILD).options)
    assert {field.name for field in fields(BuildOptions)} == set(pb.BuildOptions.DESCRIPTOR.fields_by_name)


def test_a_build_that_waits_holds_nothing_of_its_end():
    message = convert.build_to(BUILD)
    unset = ["question", "problem", "result", "end_time"]
    assert [False] * 4 == [message.HasField(name) for name in unset]
    assert (f"builds/{ULID}", "5 stars", pb.STAGE_UNSPECIFIED) == (message.name, message.prompt, message.stage)
    assert NOW == message.create_time.ToDatetime(tzinfo=UTC)


def test_a_build_that_asks_holds_its_question_and_earlier_answers():
    question = Question("kind", "PCF-INT-002", "Which?", (Choice("a", "A"), Choice("b", "B")))
    message = convert.build_to(
        replace(BUILD, state=BuildState.NEEDS_INPUT, question=question, answers=(Answer("x", "y"),))
    )
    assert ("kind", "PCF-INT-002", "Which?") == (
        message.question.question_id,
        message.question.code,
        message.question.text,
    )
    assert [("a", "A"), ("b", "B")] == [(choice.choice_id, choice.label) for choice in message.question.choices]
    assert [("x", "y")] == [(answer.question_id, answer.choice_id) for answer in message.answers]


def test_a_build_that_failed_holds_its_problem():
    problem = Problem("PCF-CAP-001", Stage.MATCH, "m", "u", "s", ("a", "b"), {"rule": "PCF_X"})
    message = convert.build_to(
        replace(BUILD, state=BuildState.FAILED, stage=Stage.MATCH, problem=problem, end_time=NOW + timedelta(1))
    )
    assert (
        pb.Problem(
            code="PCF-CAP-001",
            stage=pb.STAGE_MATCH,
            message="m",
            user_message="u",
            suggestion="s",
            alternatives=["a", "b"],
            details={"rule": "PCF_X"},
        )
        == message.problem
    )
    assert (pb.Build.STATE_FAILED, pb.STAGE_MATCH) == (message.state, message.stage)
    assert NOW + timedelta(1) == message.end_time.ToDatetime(tzinfo=UTC)


def test_a_build_that_succeeded_holds_its_result():
    result = Result(
        "star-rating",
        "Stars",
        "Contoso",
        "Stars",
        (Finding("PCF_A11Y_001", Severity.WARNING, Action.FIXED, "m", "s"),),
        (Artifact("source", "a.zip", "application/zip", "5e" * 32, 7),),
    )
    message = convert.build_to(replace(BUILD, state=BuildState.SUCCEEDED, result=result))
    assert (
        pb.BuildResult(
            capability_id="star-rating",
            component_name="Stars",
            namespace="Contoso",
            display_name="Stars",
            findings=[
                pb.Finding(
                    rule_id="PCF_A11Y_001",
                    severity=pb.Finding.SEVERITY_WARNING,
                    action=pb.Finding.ACTION_FIXED,
                    message="m",
                    suggestion="s",
                )
            ],
            artifacts=[
                pb.Artifact(
                    name=f"builds/{ULID}/artifacts/source",
                    filename="a.zip",
                    media_type="application/zip",
                    sha256="5e" * 32,
                    size_bytes=7,
                )
            ],
        )
        == message.result
    )


def test_an_event_tells_how_far_the_build_is():
    event = BuildEvent(ULID, 4, NOW, BuildState.RUNNING, NewEvent(EventType.STAGE_SUCCEEDED, "Done.", Stage.MATCH, 1.5))
    message = convert.event_to(event)
    assert (f"builds/{ULID}", 4, pb.BuildEvent.TYPE_STAGE_SUCCEEDED, pb.Build.STATE_RUNNING) == (
        message.build,
        message.sequence,
        message.type,
        message.state,
    )
    assert (pb.STAGE_MATCH, 2, 7, "Done.", 1.5) == (
        message.stage,
        message.stage_index,
        message.stage_count,
        message.message,
        message.duration.ToTimedelta().total_seconds(),
    )


def test_an_event_about_no_stage_says_so():
    message = convert.event_to(BuildEvent(ULID, 1, NOW, BuildState.QUEUED, NewEvent(EventType.CREATED, "Queued.")))
    assert (pb.STAGE_UNSPECIFIED, 0, 7, False) == (
        message.stage,
        message.stage_index,
        message.stage_count,
        message.HasField("duration"),
    )
