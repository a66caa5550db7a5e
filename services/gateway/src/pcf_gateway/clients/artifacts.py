"""Downloads from the generator: the artifact's description first, then its bytes as they come."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass

import grpc
from pcf.generator.v1 import generator_pb2 as pb
from pcf.generator.v1.generator_pb2_grpc import GeneratorServiceStub
from pcf_runtime.deadlines import bind_time_left
from pcf_runtime.errors import Internal

from pcf_gateway.convert import builds as convert
from pcf_gateway.resources.builds import Artifact
from pcf_gateway.resources.fields import ArtifactKind


@dataclass(frozen=True, slots=True)
class Download:
    """An artifact, and the bytes of it that were asked for, or a link to them. Close it when no more are wanted."""

    artifact: Artifact
    chunks: AsyncIterator[bytes]
    close: Callable[[], object]
    link: str = ""
    """Where the client can fetch the whole by itself; there are no chunks then."""


class ArtifactsClient:
    """GeneratorService's downloads. Every method raises ServiceError."""

    def __init__(self, channel: grpc.aio.Channel, *, stream_limit_s: float) -> None:
        self._stub = GeneratorServiceStub(channel)
        self._stream_limit_s = stream_limit_s

    async def open(
        self, build_id: str, kind: ArtifactKind, *, offset: int = 0, limit: int = 0, accept_link: bool = False
    ) -> Download:
        """Begin a download; `limit` 0 means to the end. Returns once the description is here."""
        request = pb.DownloadArtifactRequest(
            name=f"builds/{build_id}/artifacts/{kind}", read_offset=offset, read_limit=limit, accept_link=accept_link
        )
        # A download may take longer than a request's time limit: the client's patience is the limit.
        with bind_time_left(self._stream_limit_s):
            call = self._stub.DownloadArtifact(request, timeout=self._stream_limit_s)
        responses = aiter(call)
        try:
            first = await anext(responses, None)
            if first is not None and first.link.url:
                await anext(responses, None)  # Nothing follows; the call has ended well.
        except BaseException:
            call.cancel()
            raise
        if first is None or first.WhichOneof("content") != "artifact":
            raise Internal("BROKEN_DOWNLOAD", "The download did not begin with a description.")
        return Download(convert.artifact(first.artifact), _chunks(responses), call.cancel, first.link.url)


async def _chunks(responses: AsyncIterator[pb.DownloadArtifactResponse]) -> AsyncIterator[bytes]:
    async for response in responses:
        yield response.chunk
