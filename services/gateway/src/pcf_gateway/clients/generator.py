"""The generator: builds, and what happens to them."""

from collections.abc import AsyncGenerator
from datetime import date

import grpc
from pcf.generator.v1 import generator_pb2 as pb
from pcf.generator.v1.generator_pb2_grpc import GeneratorServiceStub
from pcf_runtime.deadlines import bind_time_left

from pcf_gateway.convert import builds as convert
from pcf_gateway.convert import origins
from pcf_gateway.convert.names import STATE_VALUES
from pcf_gateway.convert.usage import usage_page
from pcf_gateway.resources.builds import Build, BuildPage, NewAnswer, NewBuild
from pcf_gateway.resources.events import BuildEvent
from pcf_gateway.resources.fields import BuildState
from pcf_gateway.resources.origins import FileVerification
from pcf_gateway.resources.usage import UsagePage


class GeneratorClient:
    """GeneratorService without its downloads. Every method raises ServiceError."""

    def __init__(self, channel: grpc.aio.Channel, *, stream_limit_s: float) -> None:
        self._stub = GeneratorServiceStub(channel)
        self._stream_limit_s = stream_limit_s

    async def create_build(self, new: NewBuild, *, request_id: str) -> Build:
        request = pb.CreateBuildRequest(
            prompt=new.prompt, options=convert.options_message(new.options), request_id=request_id
        )
        return convert.build(await self._stub.CreateBuild(request))

    async def get_build(self, build_id: str) -> Build:
        return convert.build(await self._stub.GetBuild(pb.GetBuildRequest(name=_name(build_id))))

    async def list_builds(self, *, page_size: int, page_token: str, state: BuildState | None) -> BuildPage:
        request = pb.ListBuildsRequest(
            page_size=page_size,
            page_token=page_token,
            state=pb.Build.STATE_UNSPECIFIED if state is None else STATE_VALUES[state],
        )
        return convert.build_page(await self._stub.ListBuilds(request))

    async def find_artifact(self, sha256: str) -> FileVerification:
        found = await self._stub.FindArtifact(pb.FindArtifactRequest(sha256=sha256))
        return origins.verification(found, sha256=sha256)

    async def get_usage(self, days: tuple[date | None, date | None], *, page_size: int, page_token: str) -> UsagePage:
        first, last = ("" if day is None else day.isoformat() for day in days)
        request = pb.GetUsageRequest(first_day=first, last_day=last, page_size=page_size, page_token=page_token)
        return usage_page(await self._stub.GetUsage(request))

    async def answer_build(self, build_id: str, answer: NewAnswer, *, request_id: str) -> Build:
        request = pb.AnswerBuildRequest(
            name=_name(build_id),
            question_id=answer.question_id or "",
            choice_id=answer.choice_id,
            request_id=request_id,
        )
        return convert.build(await self._stub.AnswerBuild(request))

    async def cancel_build(self, build_id: str, *, request_id: str) -> Build:
        request = pb.CancelBuildRequest(name=_name(build_id), request_id=request_id)
        return convert.build(await self._stub.CancelBuild(request))

    async def resume_build(self, build_id: str, *, request_id: str) -> Build:
        request = pb.ResumeBuildRequest(name=_name(build_id), request_id=request_id)
        return convert.build(await self._stub.ResumeBuild(request))

    async def watch_build(self, build_id: str, *, after: int) -> AsyncGenerator[BuildEvent, None]:
        """The events after a sequence number; closing the generator ends the call."""
        request = pb.WatchBuildRequest(name=_name(build_id), after_sequence=after)
        # A watch outlives the request's time limit; who reads longer resumes where it ended.
        with bind_time_left(self._stream_limit_s):
            call = self._stub.WatchBuild(request, timeout=self._stream_limit_s)
        try:
            async for event in call:
                yield convert.build_event(event)
        finally:
            call.cancel()


def _name(build_id: str) -> str:
    return f"builds/{build_id}"
