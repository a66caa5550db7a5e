"""A small service with one method of each shape, described in the descriptor pool like a generated one."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import grpc
import pytest
from google.protobuf import descriptor_pb2, descriptor_pool
from google.protobuf.wrappers_pb2 import StringValue
from pcf_runtime.client import open_channel
from pcf_runtime.health import Readiness
from pcf_runtime.metrics import RpcMetrics
from pcf_runtime.server import Rpc, Server, ServerOptions, build_server
from prometheus_client import CollectorRegistry

SERVICE = "shapes.v1.Shapes"
METHODS = ("UnaryUnary", "UnaryStream", "StreamUnary", "StreamStream")
RETRY = """{"methodConfig": [{
    "name": [{"service": "shapes.v1.Shapes"}],
    "retryPolicy": {"maxAttempts": 4, "initialBackoff": "0.1s", "maxBackoff": "1s", "backoffMultiplier": 2,
                    "retryableStatusCodes": ["UNAVAILABLE"]}
}]}"""

Answer = Callable[[str, Any], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Shapes:
    """The servicer: what it answers is the test's affair."""

    answer: Answer

    async def unary_unary(self, request: Any, context: Any):
        return StringValue(value=await self.answer(request.value, context))

    async def unary_stream(self, request: Any, context: Any):
        for text in request.value.split():
            yield StringValue(value=await self.answer(text, context))

    async def stream_unary(self, requests: Any, context: Any):
        texts = [request.value async for request in requests]
        return StringValue(value=await self.answer(" ".join(texts), context))

    async def stream_stream(self, requests: Any, context: Any):
        async for request in requests:
            yield StringValue(value=await self.answer(request.value, context))

    def register(self, server: grpc.aio.Server) -> None:
        codec = (StringValue.FromString, StringValue.SerializeToString)
        handlers = {
            "UnaryUnary": grpc.unary_unary_rpc_method_handler(self.unary_unary, *codec),
            "UnaryStream": grpc.unary_stream_rpc_method_handler(self.unary_stream, *codec),
            "StreamUnary": grpc.stream_unary_rpc_method_handler(self.stream_unary, *codec),
            "StreamStream": grpc.stream_stream_rpc_method_handler(self.stream_stream, *codec),
        }
        server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(SERVICE, handlers)])


class Stub:
    """Text in, text out, for each shape."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        codec = (StringValue.SerializeToString, StringValue.FromString)
        self._unary_unary = channel.unary_unary(f"/{SERVICE}/UnaryUnary", *codec)
        self._unary_stream = channel.unary_stream(f"/{SERVICE}/UnaryStream", *codec)
        self._stream_unary = channel.stream_unary(f"/{SERVICE}/StreamUnary", *codec)
        self._stream_stream = channel.stream_stream(f"/{SERVICE}/StreamStream", *codec)

    async def unary_unary(self, text: str, **options: Any) -> str:
        return (await self._unary_unary(StringValue(value=text), **options)).value

    async def unary_stream(self, text: str, **options: Any) -> str:
        call = self._unary_stream(StringValue(value=text), **options)
        return " ".join([message.value async for message in call])

    async def stream_unary(self, text: str, **options: Any) -> str:
        return (await self._stream_unary(_words(text), **options)).value

    async def stream_stream(self, text: str, **options: Any) -> str:
        call = self._stream_stream(_words(text), **options)
        return " ".join([message.value async for message in call])

    def open_stream(self, text: str, **options: Any) -> Any:
        return self._unary_stream(StringValue(value=text), **options)


async def _words(text: str) -> AsyncIterator[StringValue]:
    for word in text.split():
        yield StringValue(value=word)


@dataclass(frozen=True, slots=True)
class Running:
    stub: Stub
    server: Server
    port: int
    channel: grpc.aio.Channel
    registry: CollectorRegistry
    readiness: Readiness

    def value(self, name: str, **labels: str) -> float | None:
        return self.registry.get_sample_value(name, {"service": "shapes", **labels})


@asynccontextmanager
async def running(
    answer: Answer, *, readiness: Readiness | None = None, timeout_s: float = 10.0, **options: Any
) -> AsyncIterator[Running]:
    readiness = readiness or Readiness()
    registry = CollectorRegistry()
    metrics = RpcMetrics(registry, service="shapes")
    server = build_server(
        [Rpc(SERVICE, Shapes(answer).register)],
        options=ServerOptions(**{"domain": "shapes.pcf", "drain_grace_s": 1.0, **options}),
        metrics=metrics,
        readiness=readiness,
    )
    await server.start()
    channel = open_channel(
        f"127.0.0.1:{server.port}",
        service_config=RETRY,
        default_timeout_s=timeout_s,
        domain_metrics=metrics,
    )
    try:
        async with channel:
            yield Running(Stub(channel), server, server.port, channel, registry, readiness)
    finally:
        await server.drain()


def _describe() -> None:
    file = descriptor_pb2.FileDescriptorProto(
        name="shapes.proto", package="shapes.v1", dependency=["google/protobuf/wrappers.proto"]
    )
    service = file.service.add(name="Shapes")
    for name in METHODS:
        service.method.add(
            name=name,
            input_type=".google.protobuf.StringValue",
            output_type=".google.protobuf.StringValue",
            client_streaming=name.startswith("Stream"),
            server_streaming=name.endswith("Stream"),
        )
    descriptor_pool.Default().AddSerializedFile(file.SerializeToString())


@pytest.fixture(scope="session")
def shapes():
    """`async with shapes(answer) as running:` serves `answer(text, context)` in all four shapes."""
    _describe()
    return running


@pytest.fixture
def stub_of():
    return Stub
