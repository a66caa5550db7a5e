"""Builds, their events and artifacts."""

from pcf.generator.v1 import generator_pb2 as pb

from pcf_gateway.convert.names import (
    ACTIONS,
    ARTIFACT_KINDS,
    EVENT_TYPES,
    SEVERITIES,
    STAGES,
    STATES,
    bare_id,
)
from pcf_gateway.convert.times import to_datetime
from pcf_gateway.resources import builds as resources
from pcf_gateway.resources.events import BuildEvent


def build(message: pb.Build) -> resources.Build:
    return resources.Build(
        id=bare_id(message.name),
        prompt=message.prompt,
        options=_options(message.options),
        state=STATES[message.state],
        stage=STAGES[message.stage],
        question=_question(message.question) if message.HasField("question") else None,
        answers=[
            resources.Answer(question_id=answer.question_id, choice_id=answer.choice_id) for answer in message.answers
        ],
        problem=_problem(message.problem) if message.HasField("problem") else None,
        result=_result(message.result) if message.HasField("result") else None,
        brain_release=bare_id(message.brain_release) or None,
        last_sequence=message.last_sequence,
        create_time=to_datetime(message.create_time),
        update_time=to_datetime(message.update_time),
        end_time=to_datetime(message.end_time) if message.HasField("end_time") else None,
    )


def build_page(message: pb.ListBuildsResponse) -> resources.BuildPage:
    return resources.BuildPage(
        builds=[build(one) for one in message.builds], next_page_token=message.next_page_token or None
    )


def build_event(message: pb.BuildEvent) -> BuildEvent:
    return BuildEvent(
        build_id=bare_id(message.build),
        sequence=message.sequence,
        type=EVENT_TYPES[message.type],
        event_time=to_datetime(message.event_time),
        state=STATES[message.state],
        stage=STAGES[message.stage],
        stage_index=message.stage_index or None,
        stage_count=message.stage_count,
        message=message.message,
        duration_ms=_milliseconds(message),
    )


def artifact(message: pb.Artifact) -> resources.Artifact:
    return resources.Artifact(
        kind=ARTIFACT_KINDS[bare_id(message.name)],
        filename=message.filename,
        media_type=message.media_type,
        sha256=message.sha256,
        size_bytes=message.size_bytes,
        href=f"/v1/{message.name}",
    )


def options_message(options: resources.NewBuildOptions | None) -> pb.BuildOptions | None:
    return None if options is None else pb.BuildOptions(**options.model_dump(exclude_none=True))


def _options(message: pb.BuildOptions) -> resources.BuildOptions:
    # Empty is what the contract has for "not set".
    texts = {name: getattr(message, name) or None for name in resources.BuildOptions.model_fields if name != "managed"}
    return resources.BuildOptions(**texts, managed=message.managed)


def _question(message: pb.Question) -> resources.Question:
    return resources.Question(
        question_id=message.question_id,
        code=message.code,
        text=message.text,
        choices=[resources.Choice(choice_id=choice.choice_id, label=choice.label) for choice in message.choices],
    )


def _problem(message: pb.Problem) -> resources.BuildProblem:
    return resources.BuildProblem(
        code=message.code,
        stage=STAGES[message.stage],
        message=message.message,
        user_message=message.user_message,
        suggestion=message.suggestion,
        alternatives=list(message.alternatives),
        details=dict(message.details),
    )


def _result(message: pb.BuildResult) -> resources.BuildResult:
    return resources.BuildResult(
        capability_id=message.capability_id,
        component_name=message.component_name,
        namespace=message.namespace,
        display_name=message.display_name,
        findings=[_finding(finding) for finding in message.findings],
        # A newer generator may make kinds that this gateway cannot serve yet.
        artifacts=[artifact(one) for one in message.artifacts if bare_id(one.name) in ARTIFACT_KINDS],
    )


def _finding(message: pb.Finding) -> resources.Finding:
    return resources.Finding(
        rule_id=message.rule_id,
        severity=SEVERITIES[message.severity],
        action=ACTIONS[message.action],
        message=message.message,
        suggestion=message.suggestion,
    )


def _milliseconds(message: pb.BuildEvent) -> float | None:
    if not message.HasField("duration"):
        return None
    return message.duration.seconds * 1000 + message.duration.nanos / 1_000_000
