"""The rpcs: message to domain, one call, domain to message."""

from collections.abc import AsyncIterator
from typing import Any

from pcf.generator.v1 import generator_pb2 as pb
from pcf.generator.v1 import generator_pb2_grpc
from pcf_runtime.idempotency import fingerprint
from pcf_runtime.pagination import decode_token, encode_token, page_size
from pcf_runtime.request_context import current

from pcf_generator import convert
from pcf_generator.build_store import Request
from pcf_generator.desk import Desk
from pcf_generator.refusals import told

DEFAULT_PAGE = 50
LARGEST_PAGE = 1000


class GeneratorServicer(generator_pb2_grpc.GeneratorServiceServicer):
    """Implements `pcf.generator.v1.GeneratorService`."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def CreateBuild(self, request: pb.CreateBuildRequest, context: Any) -> pb.Build:
        options = convert.options_from(request.options)
        with told():
            build = await self._desk.create(request.prompt, options, _request(request), trace_id=current().request_id)
        return convert.build_to(build)

    async def GetBuild(self, request: pb.GetBuildRequest, context: Any) -> pb.Build:
        with told():
            return convert.build_to(await self._desk.get(convert.build_id(request.name)))

    async def ListBuilds(self, request: pb.ListBuildsRequest, context: Any) -> pb.ListBuildsResponse:
        size = page_size(request.page_size, default=DEFAULT_PAGE, maximum=LARGEST_PAGE)
        only = f"state={request.state}"
        before = str(decode_token(request.page_token, filter_=only)["before"]) if request.page_token else ""
        builds = await self._desk.list(limit=size + 1, before=before, state=convert.state_from(request.state))
        more = len(builds) > size
        token = encode_token({"before": builds[size - 1].id}, filter_=only) if more else ""
        return pb.ListBuildsResponse(builds=map(convert.build_to, builds[:size]), next_page_token=token)

    async def CancelBuild(self, request: pb.CancelBuildRequest, context: Any) -> pb.Build:
        with told():
            return convert.build_to(await self._desk.cancel(convert.build_id(request.name), _request(request)))

    async def AnswerBuild(self, request: pb.AnswerBuildRequest, context: Any) -> pb.Build:
        with told():
            build = await self._desk.answer(
                convert.build_id(request.name), request.question_id, request.choice_id, _request(request)
            )
        return convert.build_to(build)

    async def ResumeBuild(self, request: pb.ResumeBuildRequest, context: Any) -> pb.Build:
        with told():
            return convert.build_to(await self._desk.resume(convert.build_id(request.name), _request(request)))

    async def WatchBuild(self, request: pb.WatchBuildRequest, context: Any) -> AsyncIterator[pb.BuildEvent]:
        with told():
            async for event in self._desk.watch(convert.build_id(request.name), after=request.after_sequence):
                yield convert.event_to(event)

    async def DownloadArtifact(
        self, request: pb.DownloadArtifactRequest, context: Any
    ) -> AsyncIterator[pb.DownloadArtifactResponse]:
        who = current()
        with told():
            build, artifact, chunks = await self._desk.open_artifact(
                convert.build_id(request.name),
                convert.artifact_kind(request.name),
                offset=request.read_offset,
                limit=request.read_limit,
                actor=who.actor,
                trace_id=who.request_id,
            )
            yield pb.DownloadArtifactResponse(artifact=convert.artifact_to(artifact, build))
            async for chunk in chunks:
                yield pb.DownloadArtifactResponse(chunk=chunk)


def _request(
    message: pb.CreateBuildRequest | pb.CancelBuildRequest | pb.AnswerBuildRequest | pb.ResumeBuildRequest,
) -> Request:
    kind = message.DESCRIPTOR.full_name
    return Request(message.request_id, f"{kind}:{fingerprint(message)}", current().actor)
