"""The composition root: opens the channels, builds and serves the application, takes all down in order."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib import metadata
from typing import Final

import grpc
from pcf_runtime.event_loop import watching_loop
from pcf_runtime.health import Readiness
from pcf_runtime.metrics import RpcMetrics, build_info, serve_metrics
from pcf_runtime.tracing.opening import open_tracing
from prometheus_client import CollectorRegistry

from pcf_gateway.admission import Admission
from pcf_gateway.app import Parts, at_the_edge, build_app
from pcf_gateway.auth.key_delivery import delivering
from pcf_gateway.auth.opening import Opened, open_authentication
from pcf_gateway.clients.artifacts import ArtifactsClient
from pcf_gateway.clients.audit import AuditClient
from pcf_gateway.clients.audit_entries import AuditEntries
from pcf_gateway.clients.brain import BrainClient
from pcf_gateway.clients.channels import Peer, channel_to, readiness_check
from pcf_gateway.clients.generator import GeneratorClient
from pcf_gateway.cors import Cors
from pcf_gateway.http_server import HttpServer
from pcf_gateway.limits.opening import open_gate
from pcf_gateway.settings import GatewaySettings

_SERVICE: Final = "gateway"
_DISTRIBUTION: Final = "pcf-gateway"
_logger: Final = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """Where the gateway answers."""

    port: int
    metrics_port: int


@asynccontextmanager
async def running(settings: GatewaySettings) -> AsyncIterator[Running]:
    """Serve until the block ends; then be not ready, finish what is in flight, close the channels last."""
    registry = CollectorRegistry()
    version = metadata.version(_DISTRIBUTION)
    build_info(registry, service=_SERVICE, version=version)
    async with AsyncExitStack() as stack:
        tracing = open_tracing(settings, registry, service=_SERVICE, version=version, trusts_callers=False)
        traces = await stack.enter_async_context(tracing)
        await stack.enter_async_context(watching_loop(registry))
        authentication = open_authentication(settings, registry)
        opened = await stack.enter_async_context(authentication) if settings.auth == "on" else None
        parts = await _open(settings, registry, stack, opened)
        app = at_the_edge(
            build_app(parts, version=version),
            admission=_admission(settings),
            gate=await stack.enter_async_context(open_gate(settings, registry)),
            cors=Cors(settings.cors_origins),
            hsts_s=settings.hsts_s,
            registry=registry,
            authentication=opened.authentication if opened else None,
            traces=traces,
        )
        server = HttpServer(
            app,
            host=settings.host,
            port=settings.port,
            keep_alive_s=settings.keep_alive_s,
            drain_grace_s=settings.drain_grace_s,
        )
        metrics_port = await stack.enter_async_context(
            serve_metrics(registry, host=settings.host, port=settings.metrics_port, readiness=parts.readiness)
        )
        await server.start()
        stack.push_async_callback(_leave, parts.readiness, server, wait_s=settings.readiness_wait_s)
        await parts.readiness.start()
        _announce(settings, server.port)
        yield Running(server.port, metrics_port)


async def _open(
    settings: GatewaySettings, registry: CollectorRegistry, stack: AsyncExitStack, opened: Opened | None
) -> Parts:
    peers = _peers(settings)
    metrics = RpcMetrics(registry, service=_SERVICE)
    limit_s = settings.longest_request_timeout_s
    tls = settings.tls_files()
    if tls:
        tls.tell(registry, service=_SERVICE)
    opening = [
        channel_to(peer, timeout_s=limit_s, metrics=metrics, tls=settings.callee(peer.name, tls)) for peer in peers
    ]
    channels: list[grpc.aio.Channel] = [await stack.enter_async_context(each) for each in opening]
    generator, brain, audit = channels
    if opened:
        # Ends before the channels do.
        await stack.enter_async_context(delivering(opened.trail, AuditEntries(audit).append, registry=registry))
    checks = [readiness_check(*pair) for pair in zip(peers, channels, strict=True)]
    readiness = Readiness([*checks, opened.check] if opened else checks)
    metrics.follow(readiness)
    return Parts(
        generator=GeneratorClient(generator, stream_limit_s=settings.stream_limit_s),
        artifacts=ArtifactsClient(generator, stream_limit_s=settings.stream_limit_s),
        brain=BrainClient(brain),
        audit=AuditClient(audit, stream_limit_s=settings.stream_limit_s),
        readiness=readiness,
        registry=registry,
        heartbeat_s=settings.heartbeat_s,
        keys=opened.desk if opened else None,
    )


def _peers(settings: GatewaySettings) -> tuple[Peer, Peer, Peer]:
    return (
        Peer("generator", "pcf.generator.v1", "GeneratorService", settings.generator_target),
        Peer("brain", "pcf.brain.v1", "BrainService", settings.brain_target),
        Peer("audit", "pcf.audit.v1", "AuditService", settings.audit_target),
    )


def _admission(settings: GatewaySettings) -> Admission:
    return Admission(
        body_limit_bytes=settings.body_limit_bytes,
        request_timeout_s=settings.request_timeout_s,
        longest_request_timeout_s=settings.longest_request_timeout_s,
        allowed_hosts=frozenset(settings.allowed_hosts) if settings.auth == "off" else None,
    )


async def _leave(readiness: Readiness, server: HttpServer, *, wait_s: float) -> None:
    # Event streams end with this too: they watch it.
    readiness.drain()
    await readiness.stop()
    await asyncio.sleep(wait_s)
    await server.drain()


def _announce(settings: GatewaySettings, port: int) -> None:
    _logger.info("gateway listens", extra={"server.address": settings.host, "server.port": port})
    if settings.auth == "off":
        _logger.warning(
            "AUTHENTICATION IS OFF: whoever reaches %s:%d can do everything; loopback only",
            settings.host,
            port,
        )
