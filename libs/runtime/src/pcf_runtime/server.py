"""Build, start and drain a gRPC server: one port, every layer, health, reflection if wanted."""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import grpc
from google.protobuf import descriptor_pool
from grpc_health.v1 import health, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from pcf_runtime.addresses import AddressUnavailableError
from pcf_runtime.health import Readiness
from pcf_runtime.health_servicer import HealthServicer
from pcf_runtime.interceptors import Layer, Layers, server_layers
from pcf_runtime.interceptors.callers import Allowed, callers, judge_callers
from pcf_runtime.metrics import RpcMetrics
from pcf_runtime.tracing.tracing import OFF, Tracing

if TYPE_CHECKING:
    from pcf_runtime.tls.files import TlsFiles

_MIB: Final = 1024 * 1024
_OPTIONS: Final = (
    # Otherwise a second server binds the same port in silence and takes half of the calls.
    ("grpc.so_reuseport", 0),
    ("grpc.max_receive_message_length", 4 * _MIB),
    # Clients find new instances only when they connect anew; a stream then has 10 minutes to end or resume.
    ("grpc.max_connection_age_ms", 5 * 60_000),
    ("grpc.max_connection_age_grace_ms", 10 * 60_000),
    # Agrees with the 60 s of our clients; the default of 5 minutes answers them with GOAWAY too_many_pings.
    ("grpc.http2.min_recv_ping_interval_without_data_ms", 30_000),
    ("grpc.keepalive_permit_without_calls", 0),
    ("grpc.keepalive_time_ms", 120_000),
    ("grpc.keepalive_timeout_ms", 20_000),
)
_logger: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Rpc:
    """A service to serve: its full name, how to register its servicer, and which services may call what of it."""

    name: str
    add: Callable[[grpc.aio.Server], None]
    callers: Allowed | None = None
    """Who is let in where there is TLS; None lets nobody in there."""


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Where and how to serve."""

    host: str = "127.0.0.1"
    port: int = 0
    """0 takes any free port; `Server.port` tells which."""
    domain: str = ""
    """The ErrorInfo domain of this server's errors, `audit.pcf`."""
    max_concurrent: int = 256
    reflection: bool = False
    drain_grace_s: float = 20.0
    """How long calls in flight may go on after new ones are refused."""
    readiness_wait_s: float = 0.0
    """How long to go on serving after readiness was taken back, until balancers have noticed."""
    default_deadline_s: float = 30.0
    """For callers who set none."""
    tls: "TlsFiles | None" = None
    """Serve with this certificate, and only who presents one. None: in clear, and whoever comes."""


class Server:
    """A server that can be started once and drained once."""

    def __init__(self, rpcs: Sequence[Rpc], *, options: ServerOptions, layers: Layers, readiness: Readiness) -> None:
        self.port = options.port
        self._rpcs = tuple(rpcs)
        self._options = options
        self._layers = layers
        self._readiness = readiness
        self._health = HealthServicer([rpc.name for rpc in rpcs])
        self._server: grpc.aio.Server | None = None
        self._draining = asyncio.Lock()

    async def start(self) -> None:
        """Listen, begin asking the readiness checks, answer. AddressUnavailableError if the port is taken."""
        # Made here and not before: objects of grpc.aio belong to the loop that runs while they are made.
        server = grpc.aio.server(interceptors=[self._layers], options=_OPTIONS)
        for rpc in self._rpcs:
            rpc.add(server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, server)
        if self._options.reflection:
            services = [rpc.name for rpc in self._rpcs]
            names = [*services, health.SERVICE_NAME, reflection.SERVICE_NAME]
            reflection.enable_server_reflection(names, server)
        self.port = self._listen(server)
        await self._health.publish(self._readiness.ready)
        self._readiness.notify(self._health.publish)
        await server.start()
        self._server = server
        await self._readiness.start()
        _logger.info("server started", extra={"server.address": self._options.host, "server.port": self.port})

    async def drain(self) -> None:
        """Leave without losing a call: be not ready, wait until that is known, take no more, finish."""
        async with self._draining:
            if self._server is None:
                return
            self._readiness.drain()
            await self._readiness.stop()
            await self._health.publish(ready=False)
            await asyncio.sleep(self._options.readiness_wait_s)
            await self._health.end_watches()
            await self._server.stop(self._options.drain_grace_s)
            self._server = None
            _logger.info("server drained", extra={"server.port": self.port})

    def _listen(self, server: grpc.aio.Server) -> int:
        host, port = self._options.host, self._options.port
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        try:
            if self._options.tls is None:
                return server.add_insecure_port(address)
            from pcf_runtime.tls.credentials import server_credentials  # noqa: PLC0415 - brings cryptography

            return server.add_secure_port(address, server_credentials(self._options.tls))
        except RuntimeError as error:
            raise AddressUnavailableError("gRPC server", host, port) from error


def build_server(
    rpcs: Sequence[Rpc],
    *,
    options: ServerOptions,
    metrics: RpcMetrics,
    readiness: Readiness,
    traces: Tracing = OFF,
) -> Server:
    """A server of these services with every layer around each call.

    IncompleteCallersError if a service tells its callers and forgets an rpc, with TLS or without.
    """
    metrics.expect([method for rpc in rpcs for method in _methods(rpc.name)])
    metrics.follow(readiness)
    layers = server_layers(
        domain=options.domain,
        rpc_metrics=metrics,
        default_deadline_s=options.default_deadline_s,
        max_concurrent=options.max_concurrent,
        callers=_callers(rpcs, options),
        traces=traces,
    )
    return Server(rpcs, options=options, layers=layers, readiness=readiness)


def _callers(rpcs: Sequence[Rpc], options: ServerOptions) -> Layer | None:
    allowed: dict[str, Collection[str]] = {}
    for rpc in rpcs:
        told = dict.fromkeys(_methods(rpc.name), ()) if rpc.callers is None else rpc.callers
        judge_callers(told, rpcs=_methods(rpc.name))
        allowed |= told
    return callers(allowed, trust_domain=options.tls.identity.trust_domain) if options.tls else None


def _methods(service: str) -> list[str]:
    described = descriptor_pool.Default().FindServiceByName(service)
    return [f"{service}/{method.name}" for method in described.methods]
