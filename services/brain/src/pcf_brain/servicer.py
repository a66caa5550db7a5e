"""The rpcs of BrainService: message in, domain call, message out."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from weakref import WeakKeyDictionary

import grpc
from pcf.brain.v1 import brain_pb2, brain_pb2_grpc
from pcf_runtime.server import Rpc

from pcf_brain import catalogue, convert
from pcf_brain.callers import CALLERS
from pcf_brain.library import Library
from pcf_brain.router import Answer, Router
from pcf_brain.shelf import Shelf

_Context = grpc.aio.ServicerContext[Any, Any]


class BrainServicer(brain_pb2_grpc.BrainServiceServicer):
    """Serves the knowledge."""

    def __init__(self, library: Library, router: Router, shelf: Shelf, *, draining: asyncio.Event) -> None:
        self._library = library
        self._router = router
        self._shelf = shelf
        self._draining = draining
        # An answer that is kept is written as a message once; both go with the release.
        self._written: WeakKeyDictionary[Answer, brain_pb2.RouteTaskResponse] = WeakKeyDictionary()

    async def RouteTask(self, request: brain_pb2.RouteTaskRequest, context: _Context) -> brain_pb2.RouteTaskResponse:
        loaded = self._library.pinned(request.release)
        answer = await self._router.answer(loaded, convert.to_question(request))
        written = self._written.get(answer)
        if written is None:
            written = self._written[answer] = convert.from_answer(answer)
        return written

    async def GetFile(self, request: brain_pb2.GetFileRequest, context: _Context) -> brain_pb2.File:
        loaded = self._library.pinned(request.release)
        entry = catalogue.file_entry(loaded.release, request.path)
        return convert.from_file(await self._shelf.read(loaded, entry))

    async def ListCapabilities(
        self, request: brain_pb2.ListCapabilitiesRequest, context: _Context
    ) -> brain_pb2.ListCapabilitiesResponse:
        release = self._library.current().release
        page = catalogue.page(release, size=request.page_size, token=request.page_token)
        return brain_pb2.ListCapabilitiesResponse(
            capabilities=[convert.from_capability(each) for each in page.capabilities],
            next_page_token=page.next_token,
        )

    async def GetCapability(self, request: brain_pb2.GetCapabilityRequest, context: _Context) -> brain_pb2.Capability:
        release = self._library.current().release
        return convert.from_capability(catalogue.capability(release, convert.to_capability_id(request.name)))

    async def GetRelease(self, request: brain_pb2.GetReleaseRequest, context: _Context) -> brain_pb2.Release:
        return convert.from_release(self._library.named(request.name).release)

    async def WatchRelease(
        self, request: brain_pb2.WatchReleaseRequest, context: _Context
    ) -> AsyncIterator[brain_pb2.Release]:
        async for release in self._library.watch(until=self._draining):
            yield convert.from_release(release)


def rpc(servicer: BrainServicer) -> Rpc:
    return Rpc(
        "pcf.brain.v1.BrainService",
        lambda server: brain_pb2_grpc.add_BrainServiceServicer_to_server(servicer, server),
        CALLERS,
    )
