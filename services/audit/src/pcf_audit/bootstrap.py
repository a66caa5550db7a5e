"""Puts the audit service together; the only place that knows settings and adapters."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from pcf.audit.v1 import audit_pb2_grpc
from pcf_runtime.event_loop import watching_loop
from pcf_runtime.health import Check, Readiness
from pcf_runtime.metrics import RpcMetrics, build_info, serve_metrics
from pcf_runtime.server import Rpc, Server, ServerOptions, build_server
from pcf_runtime.tracing.opening import open_tracing
from pcf_runtime.tracing.tracing import Tracing
from prometheus_client import CollectorRegistry

from pcf_audit.adapters.clock import SystemClock
from pcf_audit.callers import CALLERS
from pcf_audit.export.opening import exports
from pcf_audit.ledger import Ledger
from pcf_audit.metrics import AuditMetrics
from pcf_audit.opening import open_log
from pcf_audit.prover import Prover
from pcf_audit.servicer import AuditServicer
from pcf_audit.settings import AuditSettings

__all__ = ["DOMAIN", "SERVICE", "Running", "rpc", "running"]

DOMAIN: Final = "audit.pcf"
SERVICE: Final = "pcf.audit.v1.AuditService"


@dataclass(frozen=True, slots=True)
class Running:
    """Where the service answers."""

    port: int
    metrics_port: int


@asynccontextmanager
async def running(settings: AuditSettings) -> AsyncIterator[Running]:
    """The service, from its first answer on. Leaving answers the calls in flight, then stores what waits."""
    registry = CollectorRegistry()
    build_info(registry, service="audit", version=version("pcf-audit"))
    clock = SystemClock()
    async with (
        open_tracing(settings, registry, service="audit", version=version("pcf-audit")) as traces,
        watching_loop(registry),
        open_log(settings, clock=clock, registry=registry) as log,
        exports(log, settings, clock=clock, registry=registry),
    ):
        ledger = log.ledger(settings, clock=clock, metrics=AuditMetrics(registry))
        readiness = Readiness([Check("store", ledger.check)])
        server = _server(ledger, Prover(log.store), settings, registry, readiness, traces)
        metrics = serve_metrics(registry, host=settings.host, port=settings.metrics_port, readiness=readiness)
        try:
            async with metrics as metrics_port:
                try:
                    await server.start()
                    yield Running(server.port, metrics_port)
                finally:
                    await server.drain()
        finally:
            await ledger.close()


def rpc(ledger: Ledger, prover: Prover) -> Rpc:
    """The service's methods on this log, ready to be served."""
    servicer = AuditServicer(ledger, prover)
    return Rpc(SERVICE, lambda server: audit_pb2_grpc.add_AuditServiceServicer_to_server(servicer, server), CALLERS)


def _server(
    ledger: Ledger,
    prover: Prover,
    settings: AuditSettings,
    registry: CollectorRegistry,
    readiness: Readiness,
    traces: Tracing,
) -> Server:
    tls = settings.tls_files()
    if tls:
        tls.tell(registry, service="audit")
    options = ServerOptions(
        host=settings.host,
        port=settings.port,
        domain=DOMAIN,
        reflection=settings.reflection,
        drain_grace_s=settings.drain_grace_s,
        readiness_wait_s=settings.readiness_wait_s,
        tls=tls,
    )
    return build_server(
        [rpc(ledger, prover)],
        options=options,
        metrics=RpcMetrics(registry, service="audit"),
        readiness=readiness,
        traces=traces,
    )
