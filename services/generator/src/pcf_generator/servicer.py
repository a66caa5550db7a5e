"""The rpcs: message to domain, one call, domain to message."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing
from typing import Any

from google.protobuf.message import Message
from pcf.generator.v1 import generator_pb2 as pb
from pcf.generator.v1 import generator_pb2_grpc
from pcf_runtime.idempotency import fingerprint
from pcf_runtime.request_context import current

from pcf_generator import convert, convert_usage
from pcf_generator.accounts import Accounts
from pcf_generator.build_store import Request
from pcf_generator.desk import Desk
from pcf_generator.refusals import told


class GeneratorServicer(generator_pb2_grpc.GeneratorServiceServicer):
    """Implements `pcf.generator.v1.GeneratorService`."""

    def __init__(self, desk: Desk, accounts: Accounts, *, draining: asyncio.Event) -> None:
        self._desk = desk
        self._accounts = accounts
        self._draining = draining

    async def CreateBuild(self, request: pb.CreateBuildRequest, context: Any) -> pb.Build:
        options = convert.options_from(request.options)
        with told():
            return convert.build_to(await self._desk.create(request.prompt, options, _request(request)))

    async def GetBuild(self, request: pb.GetBuildRequest, context: Any) -> pb.Build:
        with told():
            return convert.build_to(await self._desk.get(convert.build_id(request.name), tenant=current().tenant))

    async def ListBuilds(self, request: pb.ListBuildsRequest, context: Any) -> pb.ListBuildsResponse:
        with told():
            builds = await self._desk.list(
                tenant=current().tenant,
                limit=convert.page_limit(request) + 1,
                before=convert.page_start(request),
                state=convert.state_from(request.state),
            )
        return convert.page_to(builds, request)

    async def FindArtifact(self, request: pb.FindArtifactRequest, context: Any) -> pb.FindArtifactResponse:
        with told():
            origins, total = await self._desk.find_artifact(request.sha256, tenant=current().tenant)
        return convert.origins_to(origins, total)

    async def GetUsage(self, request: pb.GetUsageRequest, context: Any) -> pb.GetUsageResponse:
        tenant = current().tenant
        with told():
            statement = await self._accounts.statement(
                tenant,
                self._accounts.period(*convert_usage.days_from(request)),
                after=convert_usage.page_start(request, tenant=tenant),
                limit=convert_usage.page_limit(request),
            )
        return convert_usage.statement_to(statement, request)

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
        build_id, tenant = convert.build_id(request.name), current().tenant
        events = self._desk.watch(build_id, tenant=tenant, after=request.after_sequence, leaving=self._draining)
        with told():
            async with aclosing(events):
                async for event in events:
                    yield convert.event_to(event)

    async def DownloadArtifact(
        self, request: pb.DownloadArtifactRequest, context: Any
    ) -> AsyncIterator[pb.DownloadArtifactResponse]:
        with told():
            download = await self._desk.open_artifact(
                convert.build_id(request.name),
                convert.artifact_kind(request.name),
                _request(request),
                offset=request.read_offset,
                limit=request.read_limit,
                # A link is to the whole.
                accept_link=request.accept_link and not (request.read_offset or request.read_limit),
            )
            yield convert.download_to(download)
            if download.link is not None:
                return
            async with aclosing(download.chunks) as chunks:
                async for chunk in chunks:
                    yield pb.DownloadArtifactResponse(chunk=chunk)


def _request(message: Message) -> Request:
    who = current()
    return Request(
        id=getattr(message, "request_id", ""),
        fingerprint=fingerprint(message),
        actor=who.actor,
        trace_id=who.request_id,
        tenant=who.tenant,
    )
