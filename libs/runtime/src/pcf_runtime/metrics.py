"""What Prometheus reads: calls answered, calls made, and which build this is. One registry per service.

Every label combination exists from the start, at zero: a counter that appears with its first increment
loses that increment in every rate().
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from functools import cache
from typing import Final

import grpc
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from pcf_runtime import trace_context
from pcf_runtime.addresses import AddressUnavailableError
from pcf_runtime.health import Readiness
from pcf_runtime.probes import with_probes

_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_PER_RPC: Final = ("service", "rpc")
_PER_OUTCOME: Final = (*_PER_RPC, "code")
_TOUCH_S: Final = 0.02


class RpcMetrics:
    """Counters and timers of a service's calls, in the registry of that service."""

    def __init__(self, registry: CollectorRegistry, *, service: str, rpcs: Sequence[str] = ()) -> None:
        self._service = service
        started = Counter("pcf_rpc_started_total", "Calls begun.", _PER_RPC, registry=registry)
        finished = Counter("pcf_rpc_finished_total", "Calls ended.", _PER_OUTCOME, registry=registry)
        in_flight = Gauge("pcf_rpc_in_flight", "Calls being worked on.", _PER_RPC, registry=registry)
        duration = Histogram(
            "pcf_rpc_duration_seconds",
            "Time from request to status.",
            _PER_RPC,
            buckets=_BUCKETS,
            registry=registry,
        )
        called = Counter(
            "pcf_rpc_client_finished_total",
            "Calls made to other services, retries within one counted once.",
            _PER_OUTCOME,
            registry=registry,
        )
        call_duration = Histogram(
            "pcf_rpc_client_duration_seconds",
            "Time a call to another service took.",
            _PER_RPC,
            buckets=_BUCKETS,
            registry=registry,
        )
        # Finding a labelled series costs more than counting, and they are few: only our own services' rpcs come here.
        self._started, self._in_flight = cache(started.labels), cache(in_flight.labels)
        self._finished, self._duration = cache(finished.labels), cache(duration.labels)
        self._called = cache(called.labels)
        self._call_duration = cache(call_duration.labels)
        self._ready = Gauge("pcf_ready", "1 while the service is ready for calls.", ("service",), registry=registry)
        self._ready.labels(service)
        self.expect(rpcs)

    def follow(self, readiness: Readiness) -> None:
        """Tell from now on whether the service is ready."""
        self._ready.labels(self._service).set_function(lambda: readiness.ready)

    def expect(self, rpcs: Sequence[str]) -> None:
        """Make every series of these methods (`pcf.audit.v1.AuditService/GetEvent`), at zero."""
        for rpc in rpcs:
            self._started(self._service, rpc)
            self._in_flight(self._service, rpc)
            self._duration(self._service, rpc)
            for code in grpc.StatusCode:
                self._finished(self._service, rpc, code.name)

    def started(self, rpc: str) -> None:
        self._started(self._service, rpc).inc()
        self._in_flight(self._service, rpc).inc()

    def finished(self, rpc: str, *, code: grpc.StatusCode, seconds: float) -> None:
        self._in_flight(self._service, rpc).dec()
        self._finished(self._service, rpc, code.name).inc()
        self._duration(self._service, rpc).observe(seconds, trace_context.exemplar())

    def called(self, rpc: str, *, code: grpc.StatusCode, seconds: float) -> None:
        """Count a call that this service made to another."""
        self._called(self._service, rpc, code.name).inc()
        self._call_duration(self._service, rpc).observe(seconds, trace_context.exemplar())


def build_info(registry: CollectorRegistry, *, service: str, version: str) -> None:
    gauge = Gauge("pcf_build_info", "1, with the version running.", ("service", "version"), registry=registry)
    gauge.labels(service, version).set(1)


@asynccontextmanager
async def serve_metrics(
    registry: CollectorRegistry, *, host: str, port: int, readiness: Readiness | None = None
) -> AsyncIterator[int]:
    """Serve /metrics on a port of its own, in a thread; yields the port bound. With readiness, probes' pages too."""
    try:
        # In a thread: Python's HTTP server looks up its own name while binding, which may ask DNS.
        server, thread = await asyncio.to_thread(start_http_server, port, host, registry)
    except OSError as error:
        raise AddressUnavailableError("metrics server", host, port) from error
    app = server.get_app()
    if readiness is not None and app is not None:
        server.set_app(with_probes(app, readiness))
    try:
        yield server.server_port
    finally:
        stopping = asyncio.create_task(asyncio.to_thread(server.shutdown))
        while not stopping.done():
            await _touch(host, server.server_port)
            await asyncio.wait({stopping}, timeout=_TOUCH_S)
        await asyncio.to_thread(thread.join)
        server.server_close()


async def _touch(host: str, port: int) -> None:
    """Connect and hang up: the standard library's server looks for its end twice a second, or after a connection.

    Once it has ended nobody accepts any more, and on a busy machine its queue may fill before we know: what then
    connects waits two minutes for the kernel to give up.
    """
    with suppress(OSError):
        async with asyncio.timeout(_TOUCH_S):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
            await writer.wait_closed()
