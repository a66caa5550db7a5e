"""Every rpc of every service, called by every service with a certificate that is in order: who is let in."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import descriptor_pool
from google.protobuf.message_factory import GetMessageClass
from pcf.audit.v1 import audit_pb2_grpc
from pcf.brain.v1 import brain_pb2_grpc
from pcf.generator.v1 import generator_pb2_grpc
from pcf_audit.callers import CALLERS as AUDIT
from pcf_brain.callers import CALLERS as BRAIN
from pcf_generator.callers import CALLERS as GENERATOR
from pcf_runtime.client import open_channel
from pcf_runtime.errors import PermissionDenied, ServiceError
from pcf_runtime.health import Readiness
from pcf_runtime.interceptors.callers import IncompleteCallersError
from pcf_runtime.metrics import RpcMetrics
from pcf_runtime.server import Rpc, ServerOptions, build_server
from pcf_runtime.tls.callee import Callee
from pcf_runtime.tls.files import TlsFiles
from pcf_runtime.tls.identity import Identity
from prometheus_client import CollectorRegistry

from tests.servers.service_certificates import Authority, ServiceFiles

CALLERS = ("gateway", "generator", "brain", "audit", "operator", "monitoring")
RPCS = {
    "generator": Rpc(
        "pcf.generator.v1.GeneratorService",
        lambda server: generator_pb2_grpc.add_GeneratorServiceServicer_to_server(
            generator_pb2_grpc.GeneratorServiceServicer(), server
        ),
        GENERATOR,
    ),
    "brain": Rpc(
        "pcf.brain.v1.BrainService",
        lambda server: brain_pb2_grpc.add_BrainServiceServicer_to_server(brain_pb2_grpc.BrainServiceServicer(), server),
        BRAIN,
    ),
    "audit": Rpc(
        "pcf.audit.v1.AuditService",
        lambda server: audit_pb2_grpc.add_AuditServiceServicer_to_server(audit_pb2_grpc.AuditServiceServicer(), server),
        AUDIT,
    ),
}
# Those that others than the gateway alone may call.
BY_NAME: dict[str, dict[str, set[str]]] = {
    "audit": {"AppendEvents": {"gateway", "generator"}},
    "generator": {},
    "brain": {
        name: {"gateway", "generator"}
        for name in ("RouteTask", "GetFile", "ListCapabilities", "GetCapability", "GetRelease", "WatchRelease")
    },
}


def files(told: ServiceFiles, service: str) -> TlsFiles:
    return TlsFiles(told.certificate, told.key, told.authority, identity=Identity("pcf-builder", service))


@asynccontextmanager
async def served(service: str, tls: TlsFiles) -> AsyncIterator[int]:
    server = build_server(
        [RPCS[service]],
        options=ServerOptions(domain="test", drain_grace_s=1.0, tls=tls),
        metrics=RpcMetrics(CollectorRegistry(), service=service),
        readiness=Readiness(),
    )
    await server.start()
    try:
        yield server.port
    finally:
        await server.drain()


def methods(service: str) -> list[Any]:
    return list(descriptor_pool.Default().FindServiceByName(RPCS[service].name).methods)


async def is_let_in(channel: grpc.aio.Channel, service: str, method: Any) -> bool:
    """The message is empty, and mostly not valid: who may not call does not even learn that."""
    path = f"/{RPCS[service].name}/{method.name}"
    request, answer = GetMessageClass(method.input_type), GetMessageClass(method.output_type)
    shape = channel.unary_stream if method.server_streaming else channel.unary_unary
    call = shape(path, request.SerializeToString, answer.FromString)(request())
    try:
        if method.server_streaming:
            async for _ in call:
                pass
        else:
            await call
    except PermissionDenied as error:
        return error.reason != "CALLER_NOT_ALLOWED"
    except ServiceError:
        pass  # there is nothing behind these servers
    return True


@pytest.mark.parametrize("service", RPCS)
async def test_each_rpc_lets_in_its_callers_and_nobody_else(tmp_path: Path, service: str):
    authority = Authority()
    async with served(service, files(authority.write(tmp_path / "server", service), service)) as port:
        found: dict[str, set[str]] = {method.name: set() for method in methods(service)}
        for caller in CALLERS:
            own = files(authority.write(tmp_path / caller, caller), caller)
            async with open_channel(f"127.0.0.1:{port}", service_config="{}", tls=Callee(own, service)) as channel:
                let_in = await asyncio.gather(*(is_let_in(channel, service, each) for each in methods(service)))
            for method, is_in in zip(methods(service), let_in, strict=True):
                if is_in:
                    found[method.name].add(caller)
    assert found == {name: BY_NAME[service].get(name, {"gateway"}) for name in found}


@pytest.mark.parametrize("service", RPCS)
def test_a_service_that_forgets_an_rpc_does_not_start(service: str):
    forgotten, *others = RPCS[service].callers or {}
    told = dict.fromkeys(others, ("gateway",))
    with pytest.raises(IncompleteCallersError, match=forgotten):
        build_server(
            [Rpc(RPCS[service].name, RPCS[service].add, told)],
            options=ServerOptions(),
            metrics=RpcMetrics(CollectorRegistry(), service=service),
            readiness=Readiness(),
        )
