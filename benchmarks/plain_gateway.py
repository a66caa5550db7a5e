"""What the gateway's own layers are measured against: the same routes and clients, with nothing around them.

`python plain_gateway.py TARGET` serves them in front of a generator and prints its port; `python plain_gateway.py
generator` is such a generator: it answers each GetBuild with the same build, so that the gateway is what is measured;
`python plain_gateway.py collector` takes traces and forgets them.
"""

import asyncio
import sys
from typing import Any

import grpc
from google.protobuf.timestamp_pb2 import Timestamp
from pcf.generator.v1 import generator_pb2 as pb
from pcf_gateway.app import Parts, build_app
from pcf_gateway.auth.principal import EVERYBODY, PRINCIPAL
from pcf_gateway.clients.artifacts import ArtifactsClient
from pcf_gateway.clients.audit import AuditClient
from pcf_gateway.clients.brain import BrainClient
from pcf_gateway.clients.generator import GeneratorClient
from pcf_gateway.http_server import HttpServer
from pcf_runtime import request_context
from pcf_runtime.client import open_channel, service_config
from pcf_runtime.deadlines import bind_time_left
from pcf_runtime.health import Readiness
from prometheus_client import CollectorRegistry
from starlette.types import ASGIApp, Receive, Scope, Send

_SERVICE = "pcf.generator.v1.GeneratorService"
_COLLECTOR = "opentelemetry.proto.collector.trace.v1.TraceService"
_PROMPT = "I need a 5-star rating control for product reviews"
_SIZE = 20_000
_LIMIT_S = 30.0


async def generator() -> None:
    """Serve until the process ends."""
    handler = grpc.unary_unary_rpc_method_handler(
        _get_build, request_deserializer=pb.GetBuildRequest.FromString, response_serializer=pb.Build.SerializeToString
    )
    await _serve(_SERVICE, "GetBuild", handler)


async def collector() -> None:
    """Serve until the process ends."""

    async def export(request: bytes, context: Any) -> bytes:
        return b""

    await _serve(_COLLECTOR, "Export", grpc.unary_unary_rpc_method_handler(export))


async def _serve(service: str, method: str, handler: "grpc.RpcMethodHandler[Any, Any]") -> None:
    server = grpc.aio.server()
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler(service, {method: handler}),))
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    print(port, flush=True)
    await server.wait_for_termination()


async def _get_build(request: pb.GetBuildRequest, context: Any) -> pb.Build:
    build = pb.Build(name=request.name, prompt=_PROMPT, state=pb.Build.STATE_SUCCEEDED, last_sequence=16)
    build.stage = pb.STAGE_PACKAGE
    build.create_time.CopyFrom(Timestamp(seconds=1_780_000_000))
    build.update_time.CopyFrom(Timestamp(seconds=1_780_000_001))
    build.end_time.CopyFrom(Timestamp(seconds=1_780_000_001))
    for kind in ("source", "solution", "report"):
        file = build.result.artifacts.add(name=f"{request.name}/artifacts/{kind}", filename=f"{kind}.zip")
        file.media_type, file.sha256, file.size_bytes = "application/zip", "0" * 64, _SIZE
    return build


async def gateway(target: str) -> None:
    """Serve until the process ends."""
    channel = open_channel(target, service_config=service_config("pcf.generator.v1"))
    parts = Parts(
        generator=GeneratorClient(channel, stream_limit_s=_LIMIT_S),
        artifacts=ArtifactsClient(channel, stream_limit_s=_LIMIT_S),
        brain=BrainClient(channel),
        audit=AuditClient(channel, stream_limit_s=_LIMIT_S),
        readiness=Readiness(()),
        registry=CollectorRegistry(),
        heartbeat_s=15.0,
    )
    app = _open_to_all(build_app(parts, version="0"))
    server = HttpServer(app, host="127.0.0.1", port=0, keep_alive_s=75, drain_grace_s=1)
    await server.start()
    print(server.port, flush=True)
    await asyncio.Event().wait()


def _open_to_all(app: ASGIApp) -> ASGIApp:
    """What the routes and clients cannot do without: a caller and a deadline."""
    context = request_context.RequestContext("plain", all_tenants=True)

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        scope[PRINCIPAL] = EVERYBODY
        with request_context.bind(context), bind_time_left(_LIMIT_S):
            await app(scope, receive, send)

    return serve


if __name__ == "__main__":
    modes = {"generator": generator, "collector": collector}
    asked = sys.argv[1]
    asyncio.run(modes[asked]() if asked in modes else gateway(asked))
