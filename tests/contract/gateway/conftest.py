"""A generator kept in memory, served by a real gRPC server.

What a build does is written in its prompt: `ask` makes it ask, `fail` fail, `hold` run until it is let go,
`break` damages its download; `full`, `crash` and `slow` are about the call itself. Any other succeeds at once.
"""

# ruff: noqa: N802 - the methods have their names and arguments from the contract

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from google.protobuf.timestamp_pb2 import Timestamp
from pcf.generator.v1 import generator_pb2 as pb
from pcf.generator.v1 import generator_pb2_grpc
from pcf_runtime import errors, request_context, trace_context
from pcf_runtime.deadlines import time_left
from pcf_runtime.idempotency import fingerprint
from pcf_runtime.pagination import decode_token, encode_token, page_size
from pcf_runtime.server import Rpc
from pcf_runtime.testing import Serving, serving

State, Type = pb.Build, pb.BuildEvent
ENDED = (State.STATE_SUCCEEDED, State.STATE_FAILED, State.STATE_CANCELLED)
SETTLED = (State.STATE_NEEDS_INPUT, *ENDED)
STAGES = [value for value in pb.Stage.values() if value]
FILES = {
    "source": pb.Artifact(filename="StarRating-source.zip", media_type="application/zip", sha256="5e" * 32),
    "report": pb.Artifact(filename="Bericht Größe.json", media_type="application/json", sha256="ab" * 32),
}
LINK = "https://bucket.example/sha256/5e/5e5e?X-Amz-Signature=0f0f"
CONTENT = {"source": bytes(range(256)) * 1024, "report": b'{"understood": "' + b"yes, " * 400 + b'"}'}


@dataclass(slots=True)
class FakeGenerator(generator_pb2_grpc.GeneratorServiceServicer):
    builds: dict[str, pb.Build] = field(default_factory=dict)
    events: dict[str, list[pb.BuildEvent]] = field(default_factory=dict)
    requests: dict[str, tuple[str, str]] = field(default_factory=dict)
    seen: list[Any] = field(default_factory=list)
    downloads: list[tuple[int, int]] = field(default_factory=list)
    watchers: int = 0
    usage: list[pb.DayUsage] = field(default_factory=list)
    called: asyncio.Event = field(default_factory=asyncio.Event)
    unwatched: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def CreateBuild(self, request: pb.CreateBuildRequest, context: Any) -> pb.Build:
        self.seen.append((request_context.current(), time_left(), dict(trace_context.current())))
        self.called.set()
        await misbehave(request.prompt)
        known, name = self.requests.get(request.request_id, ("", ""))
        if known == fingerprint(request):
            return self.builds[name]
        if known:
            raise errors.AlreadyExists("REQUEST_ID_REUSED", "That request id was used for another build.")
        name = f"builds/{len(self.builds):026d}"
        self.requests[request.request_id] = (fingerprint(request), name)
        build = pb.Build(name=name, prompt=request.prompt, options=request.options, create_time=moment(0))
        self.builds[name], self.events[name] = build, []
        await self._tell(build, Type.TYPE_CREATED, State.STATE_QUEUED)
        return await self._start(build)

    async def GetBuild(self, request: pb.GetBuildRequest, context: Any) -> pb.Build:
        return self._find(request.name)

    async def ListBuilds(self, request: pb.ListBuildsRequest, context: Any) -> pb.ListBuildsResponse:
        fitting = [b for b in self.builds.values() if request.state in (State.STATE_UNSPECIFIED, b.state)]
        builds, token = page(fitting[::-1], request)
        return pb.ListBuildsResponse(builds=builds, next_page_token=token)

    async def FindArtifact(self, request: pb.FindArtifactRequest, context: Any) -> pb.FindArtifactResponse:
        made = [
            pb.FindArtifactResponse.Origin(artifact=file, build=build)
            for build in self.builds.values()
            for file in build.result.artifacts
            if file.sha256 == request.sha256
        ]
        return pb.FindArtifactResponse(origins=made[:20], total_size=len(made))

    async def GetUsage(self, request: pb.GetUsageRequest, context: Any) -> pb.GetUsageResponse:
        fitting = [line for line in self.usage if request.first_day <= line.day <= (request.last_day or "9999")]
        lines, token = page(fitting, request)
        return pb.GetUsageResponse(
            tenant=request_context.current().tenant,
            first_day=request.first_day or "2026-05-01",
            last_day=request.last_day or "2026-05-31",
            days=lines,
            next_page_token=token,
            total=pb.UsageTotals(calls=3, failed_calls=2, cancelled_calls=1, cost_micros=2_000_001),
            unsettled_calls=1,
            unsettled_micros=20,
            today=pb.DayCap(day="2026-05-02", cap_micros=5_000_000, counted_micros=5_000_007),
        )

    async def CancelBuild(self, request: pb.CancelBuildRequest, context: Any) -> pb.Build:
        build = self._find(request.name)
        if build.state in ENDED:
            raise errors.FailedPrecondition("BUILD_ENDED", "The build has ended.")
        await self._tell(build, Type.TYPE_CANCELLED, State.STATE_CANCELLED)
        return build

    async def AnswerBuild(self, request: pb.AnswerBuildRequest, context: Any) -> pb.Build:
        build = self._find(request.name)
        if build.state != State.STATE_NEEDS_INPUT:
            raise errors.FailedPrecondition("NO_OPEN_QUESTION", "The build asks nothing.")
        if request.question_id not in ("", build.question.question_id):
            raise errors.InvalidArgument("WRONG_QUESTION", "The build asks something else.")
        if request.choice_id not in [choice.choice_id for choice in build.question.choices]:
            raise errors.InvalidArgument("UNKNOWN_CHOICE", "That is not one of the choices.")
        build.answers.add(question_id=build.question.question_id, choice_id=request.choice_id)
        build.ClearField("question")
        await self._tell(build, Type.TYPE_ANSWERED, State.STATE_QUEUED)
        return await self._start(build)

    async def ResumeBuild(self, request: pb.ResumeBuildRequest, context: Any) -> pb.Build:
        build = self._find(request.name)
        if build.state not in (State.STATE_FAILED, State.STATE_CANCELLED):
            raise errors.FailedPrecondition("BUILD_NOT_RESUMABLE", "Only failed and cancelled builds can be.")
        build.ClearField("problem")
        await self._tell(build, Type.TYPE_RESUMED, State.STATE_QUEUED)
        return await self._start(build)

    async def WatchBuild(self, request: pb.WatchBuildRequest, context: Any) -> AsyncIterator[pb.BuildEvent]:
        build, sent = self._find(request.name), request.after_sequence
        self.watchers += 1
        try:
            while build.state not in SETTLED or sent < build.last_sequence:
                for event in self.events[build.name][sent:]:
                    sent = event.sequence
                    yield event
                async with self.changed:
                    await self.changed.wait_for(
                        lambda: sent < build.last_sequence or build.state in SETTLED  # noqa: B023
                    )
        finally:
            self.watchers -= 1
            self.unwatched.set()

    async def DownloadArtifact(
        self, request: pb.DownloadArtifactRequest, context: Any
    ) -> AsyncIterator[pb.DownloadArtifactResponse]:
        name, _, kind = request.name.rpartition("/artifacts/")
        build = self._find(name)
        if build.state != State.STATE_SUCCEEDED or kind not in FILES:
            raise errors.NotFound("ARTIFACT_NOT_FOUND", "The build has no such artifact.")
        if "expired" in build.prompt:
            raise errors.NotFound("ARTIFACT_GONE", "The bytes are no longer kept.")
        if "away" in build.prompt:
            raise errors.Unavailable("ARTIFACTS_UNAVAILABLE", "The store does not answer.", retry_after_s=5.0)
        self.downloads.append((request.read_offset, request.read_limit))
        if request.accept_link and "elsewhere" in build.prompt:
            link = pb.DownloadLink(url=LINK, expire_time=moment(60))
            yield pb.DownloadArtifactResponse(artifact=artifact(name, kind), link=link)
            return
        yield pb.DownloadArtifactResponse(artifact=artifact(name, kind))
        end = request.read_offset + request.read_limit if request.read_limit else len(CONTENT[kind])
        wanted = CONTENT[kind][request.read_offset : end]
        for start in range(0, len(wanted), 65_536):
            yield pb.DownloadArtifactResponse(chunk=wanted[start : start + 65_536])
            if "break" in build.prompt:
                raise errors.DataLoss("ARTIFACT_DAMAGED", "The rest is damaged.")

    async def let_go(self, name: str) -> None:
        """Let a build that was held go on to its end."""
        self.builds[name].prompt = "released"
        await self._run(self.builds[name])

    async def _start(self, build: pb.Build) -> pb.Build:
        queued = pb.Build.FromString(build.SerializeToString())
        await self._run(build)
        return queued

    async def _run(self, build: pb.Build) -> None:
        for stage in STAGES:
            build.stage = stage
            await self._tell(build, Type.TYPE_STAGE_STARTED, State.STATE_RUNNING)
            if "hold" in build.prompt:
                return None
            if "ask" in build.prompt and not build.answers:
                build.question.CopyFrom(QUESTION)
                return await self._tell(build, Type.TYPE_NEEDS_INPUT, State.STATE_NEEDS_INPUT)
            if "fail" in build.prompt:
                build.problem.CopyFrom(PROBLEM)
                return await self._tell(build, Type.TYPE_FAILED, State.STATE_FAILED)
            await self._tell(build, Type.TYPE_STAGE_SUCCEEDED, State.STATE_RUNNING)
        build.result.CopyFrom(result(build.name))
        return await self._tell(build, Type.TYPE_SUCCEEDED, State.STATE_SUCCEEDED)

    async def _tell(self, build: pb.Build, kind: Any, state: Any) -> None:
        build.state = state
        build.last_sequence += 1
        build.update_time.CopyFrom(moment(build.last_sequence))
        build.ClearField("end_time")
        if state in ENDED:
            build.end_time.CopyFrom(build.update_time)
        event = pb.BuildEvent(
            build=build.name,
            sequence=build.last_sequence,
            event_time=build.update_time,
            type=kind,
            state=state,
            stage=build.stage,
            stage_index=build.stage,
            stage_count=len(STAGES),
            message=f"{pb.BuildEvent.Type.Name(kind).removeprefix('TYPE_').replace('_', ' ').capitalize()}.",
        )
        if kind == Type.TYPE_STAGE_SUCCEEDED:
            event.duration.FromMicroseconds(1500)
        self.events[build.name].append(event)
        async with self.changed:
            self.changed.notify_all()

    def _find(self, name: str) -> pb.Build:
        if name not in self.builds:
            raise errors.NotFound("BUILD_NOT_FOUND", "There is no build of that name.")
        return self.builds[name]


QUESTION = pb.Question(
    question_id="q1",
    code="PCF-INT-003",
    text="Should people only see it, or change it too?",
    choices=[
        pb.Question.Choice(choice_id="read-only", label="Only see it"),
        pb.Question.Choice(choice_id="editable", label="Change it too"),
    ],
)
PROBLEM = pb.Problem(
    code="PCF-CAP-001",
    stage=pb.STAGE_MATCH,
    message="no capability fits",
    user_message="There is no such kind of control.",
    suggestion="Ask for one of these.",
    alternatives=["star-rating", "slider"],
    details={"nearest": "star-rating"},
)


def moment(second: int) -> Timestamp:
    return Timestamp(seconds=1_777_636_800 + second, nanos=123_456_000)


def page(items: list[Any], request: Any, maximum: int = 1000) -> tuple[list[Any], str]:
    start = int(decode_token(request.page_token)["at"]) if request.page_token else 0
    end = start + page_size(request.page_size, default=50, maximum=maximum)
    return items[start:end], encode_token({"at": end}) if end < len(items) else ""


async def misbehave(prompt: str) -> None:
    if "tenant full" in prompt:
        raise errors.ResourceExhausted("TENANT_QUEUE_FULL", "The tenant's queue is full.", retry_after_s=3)
    if "full" in prompt:
        raise errors.ResourceExhausted("QUEUE_FULL", "The queue is full.", retry_after_s=6.2)
    if "crash" in prompt:
        raise ZeroDivisionError("secret inner text")
    if "slow" in prompt:
        await asyncio.Event().wait()


def artifact(build: str, kind: str) -> pb.Artifact:
    described = pb.Artifact(name=f"{build}/artifacts/{kind}", size_bytes=len(CONTENT[kind]))
    described.MergeFrom(FILES[kind])
    return described


def result(build: str) -> pb.BuildResult:
    finding = pb.Finding(
        rule_id="PCF_A11Y_005",
        severity=pb.Finding.SEVERITY_WARNING,
        action=pb.Finding.ACTION_NOTED,
        message="The contrast of the stars is 2.1:1; 3:1 is needed.",
        suggestion="Use #8A6100.",
    )
    return pb.BuildResult(
        capability_id="star-rating",
        component_name="StarRating",
        namespace="Contoso",
        display_name="Star rating",
        findings=[finding],
        artifacts=[artifact(build, kind) for kind in FILES],
    )


@pytest.fixture
def generator() -> FakeGenerator:
    return FakeGenerator()


@pytest.fixture
async def generator_server(generator: FakeGenerator) -> AsyncIterator[Serving]:
    def add(server: Any) -> None:
        generator_pb2_grpc.add_GeneratorServiceServicer_to_server(generator, server)

    async with serving([Rpc("pcf.generator.v1.GeneratorService", add)], domain="generator.pcf") as served:
        yield served
