"""Protobuf to domain and back, and nothing else."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from pcf.generator.v1 import generator_pb2 as pb
from pcf_runtime.pagination import decode_token, encode_token, page_size

from pcf_generator.artifact_store import Link
from pcf_generator.desk import Download, Origin
from pcf_generator.domain.build import (
    Artifact,
    Build,
    BuildEvent,
    BuildOptions,
    BuildState,
    EventType,
    Result,
)
from pcf_generator.domain.finding import Action, Finding, Severity
from pcf_generator.domain.refusal import Problem, Question
from pcf_generator.domain.stage import Stage

DEFAULT_PAGE = 50
LARGEST_PAGE = 1000
PAGE_BYTES = 2 * 1024 * 1024
"""Builds on one page: with all that is around them, well below the 4 MiB that a message may have."""

# The same names on both sides.
_OPTIONS = tuple(field.name for field in fields(BuildOptions))
_STATES = {state: pb.Build.State.Value(f"STATE_{state.name}") for state in BuildState}
_STAGES = {stage: pb.Stage.Value(f"STAGE_{stage.name}") for stage in Stage}
_TYPES = {kind: pb.BuildEvent.Type.Value(f"TYPE_{kind.name}") for kind in EventType}
_SEVERITIES = {severity: pb.Finding.Severity.Value(f"SEVERITY_{severity.name}") for severity in Severity}
_ACTIONS = {action: pb.Finding.Action.Value(f"ACTION_{action.name}") for action in Action}


def build_id(name: str) -> str:
    """The ULID in `builds/{ULID}` or `builds/{ULID}/artifacts/{kind}`."""
    return name.split("/")[1]


def artifact_kind(name: str) -> str:
    """The last part of an artifact's name."""
    return name.rsplit("/", 1)[1]


def state_from(value: pb.Build.State.ValueType) -> BuildState | None:
    """A filter's state; None for unspecified."""
    return next((state for state, number in _STATES.items() if number == value), None)


def page_limit(message: pb.ListBuildsRequest) -> int:
    """How many builds the page may hold."""
    return page_size(message.page_size, default=DEFAULT_PAGE, maximum=LARGEST_PAGE)


def page_start(message: pb.ListBuildsRequest) -> str:
    """The id that all builds of the page are older than; empty for the first page. BAD_PAGE_TOKEN."""
    if not message.page_token:
        return ""
    return str(decode_token(message.page_token, filter_=_filter(message)).get("before", ""))


def page_to(builds: Sequence[Build], message: pb.ListBuildsRequest) -> pb.ListBuildsResponse:
    """The page, of one build more than it may hold if there is one: so it knows whether another page follows."""
    shown: list[pb.Build] = []
    room = PAGE_BYTES
    for build in builds[: page_limit(message)]:
        shown.append(build_to(build))
        room -= shown[-1].ByteSize()
        if room < 0 and len(shown) > 1:
            shown.pop()
            break
    more = len(shown) < len(builds)
    token = encode_token({"before": builds[len(shown) - 1].id}, filter_=_filter(message)) if more else ""
    return pb.ListBuildsResponse(builds=shown, next_page_token=token)


def options_from(message: pb.BuildOptions) -> BuildOptions:
    """What the maker set."""
    return BuildOptions(**{name: getattr(message, name) for name in _OPTIONS})


def build_to(build: Build) -> pb.Build:
    """A build as callers see it."""
    return pb.Build(
        name=build.name,
        prompt=build.prompt,
        options=_options_to(build.options),
        state=_STATES[build.state],
        stage=_STAGES[build.stage] if build.stage else pb.STAGE_UNSPECIFIED,
        question=_question_to(build.question) if build.question else None,
        answers=[pb.Answer(question_id=a.question_id, choice_id=a.choice_id) for a in build.answers],
        problem=_problem_to(build.problem) if build.problem else None,
        result=_result_to(build.result, build) if build.result else None,
        brain_release=build.brain_release,
        last_sequence=build.last_sequence,
        create_time=_timestamp(build.create_time),
        update_time=_timestamp(build.update_time),
        end_time=_timestamp(build.end_time) if build.end_time else None,
    )


def event_to(event: BuildEvent) -> pb.BuildEvent:
    """An event as watchers see it."""
    stage, took = event.event.stage, event.event.duration_s
    return pb.BuildEvent(
        build=f"builds/{event.build_id}",
        sequence=event.sequence,
        event_time=_timestamp(event.event_time),
        type=_TYPES[event.event.type],
        state=_STATES[event.state],
        stage=_STAGES[stage] if stage else pb.STAGE_UNSPECIFIED,
        stage_index=stage.number if stage else 0,
        stage_count=len(Stage),
        message=event.event.message,
        duration=_duration(took) if took is not None else None,
    )


def artifact_to(artifact: Artifact, build: Build) -> pb.Artifact:
    """An artifact's description."""
    return pb.Artifact(
        name=f"{build.name}/artifacts/{artifact.kind}",
        filename=artifact.filename,
        media_type=artifact.media_type,
        sha256=artifact.sha256,
        size_bytes=artifact.size_bytes,
    )


def download_to(download: Download) -> pb.DownloadArtifactResponse:
    """The message that a download begins with."""
    return pb.DownloadArtifactResponse(
        artifact=artifact_to(download.artifact, download.build),
        link=_link_to(download.link) if download.link else None,
    )


def origins_to(origins: Sequence[Origin], total: int) -> pb.FindArtifactResponse:
    """Which builds made a file."""
    made = [
        pb.FindArtifactResponse.Origin(artifact=artifact_to(one.artifact, one.build), build=build_to(one.build))
        for one in origins
    ]
    return pb.FindArtifactResponse(origins=made, total_size=total)


def _link_to(link: Link) -> pb.DownloadLink:
    return pb.DownloadLink(url=link.url, expire_time=_timestamp(link.expire_time))


def _filter(message: pb.ListBuildsRequest) -> str:
    return f"ListBuilds state={message.state}"


def _options_to(options: BuildOptions) -> pb.BuildOptions:
    return pb.BuildOptions(**{name: getattr(options, name) for name in _OPTIONS})


def _question_to(question: Question) -> pb.Question:
    return pb.Question(
        question_id=question.question_id,
        code=question.code,
        text=question.text,
        choices=[pb.Question.Choice(choice_id=c.choice_id, label=c.label) for c in question.choices],
    )


def _problem_to(problem: Problem) -> pb.Problem:
    return pb.Problem(
        code=problem.code,
        stage=_STAGES[problem.stage],
        message=problem.message,
        user_message=problem.user_message,
        suggestion=problem.suggestion,
        alternatives=problem.alternatives,
        details=problem.details,
    )


def _result_to(result: Result, build: Build) -> pb.BuildResult:
    return pb.BuildResult(
        capability_id=result.capability_id,
        component_name=result.component_name,
        namespace=result.namespace,
        display_name=result.display_name,
        findings=[_finding_to(finding) for finding in result.findings],
        artifacts=[artifact_to(artifact, build) for artifact in result.artifacts],
    )


def _finding_to(finding: Finding) -> pb.Finding:
    return pb.Finding(
        rule_id=finding.rule_id,
        severity=_SEVERITIES[finding.severity],
        action=_ACTIONS[finding.action],
        message=finding.message,
        suggestion=finding.suggestion,
    )


def _timestamp(time: datetime) -> Timestamp:
    message = Timestamp()
    message.FromDatetime(time)
    return message


def _duration(seconds: float) -> Duration:
    message = Duration()
    message.FromNanoseconds(int(seconds * 1e9))
    return message
