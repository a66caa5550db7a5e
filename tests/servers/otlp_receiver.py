"""A collector of OTLP over gRPC on loopback, as small as can be: keeps every span it is sent."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2 as pb
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2_grpc as rpc
from opentelemetry.proto.trace.v1.trace_pb2 import Span

__all__ = ["Received", "Receiver", "receiving"]


@dataclass(frozen=True, slots=True)
class Received:
    """A span, and which service sent it."""

    service: str
    span: Span

    @property
    def attributes(self) -> dict[str, Any]:
        return {
            each.key: getattr(each.value, each.value.WhichOneof("value") or "string_value")
            for each in self.span.attributes
        }


@dataclass(slots=True)
class Receiver(rpc.TraceServiceServicer):
    """What arrived, as spans and as it was sent."""

    endpoint: str = ""
    spans: list[Received] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def Export(self, request: pb.ExportTraceServiceRequest, _: Any) -> pb.ExportTraceServiceResponse:  # noqa: N802
        self.raw.append(request.SerializeToString())
        for resource in request.resource_spans:
            (service,) = (a.value.string_value for a in resource.resource.attributes if a.key == "service.name")
            self.spans += [Received(service, span) for scope in resource.scope_spans for span in scope.spans]
        async with self.arrived:
            self.arrived.notify_all()
        return pb.ExportTraceServiceResponse()

    async def until(self, seen: Callable[[Sequence[Received]], bool], *, within_s: float = 20.0) -> list[Received]:
        """The spans, once they are as wanted."""
        async with asyncio.timeout(within_s), self.arrived:
            await self.arrived.wait_for(lambda: seen(self.spans))
        return list(self.spans)


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    server = grpc.aio.server()
    rpc.add_TraceServiceServicer_to_server(receiver, server)  # type: ignore[no-untyped-call]
    receiver.endpoint = f"http://127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    try:
        yield receiver
    finally:
        await server.stop(0)
