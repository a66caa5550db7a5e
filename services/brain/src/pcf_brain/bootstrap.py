"""Builds the brain of its parts, serves, and takes it down again in the right order."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from pcf_runtime import tasks
from pcf_runtime.event_loop import watching_loop
from pcf_runtime.health import Check, Readiness
from pcf_runtime.metrics import RpcMetrics, build_info, serve_metrics
from pcf_runtime.server import Server, ServerOptions, build_server
from pcf_runtime.tracing.opening import open_tracing
from pcf_runtime.tracing.tracing import Tracing
from prometheus_client import CollectorRegistry

from pcf_brain import stores
from pcf_brain.adapters.memory_cache import MemoryCache
from pcf_brain.library import Library, Refresh
from pcf_brain.metrics import BrainMetrics
from pcf_brain.reload import Follower
from pcf_brain.router import Router
from pcf_brain.servicer import BrainServicer, rpc
from pcf_brain.settings import BrainSettings
from pcf_brain.shelf import Shelf

_FIRST_LOOK_S = 5.0
_logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Running:
    """Where a running brain can be reached."""

    port: int
    metrics_port: int


@asynccontextmanager
async def running(settings: BrainSettings) -> AsyncIterator[Running]:
    """Serve until left."""
    registry = CollectorRegistry()
    build_info(registry, service="brain", version=version("pcf-brain"))
    metrics = BrainMetrics(registry)
    async with AsyncExitStack() as stack:
        tracing = open_tracing(settings, registry, service="brain", version=version("pcf-brain"))
        traces = await stack.enter_async_context(tracing)
        await stack.enter_async_context(watching_loop(registry))
        store = await stack.enter_async_context(stores.opened(settings, metrics=metrics))
        library = Library(store, now=_now, kept=settings.releases_kept)
        metrics.follow(library, now=_now)
        readiness = _readiness(library)
        shelf = Shelf(MemoryCache(limit_bytes=settings.cache_bytes), metrics=metrics)

        async def announce() -> None:
            await shelf.warm(library.current())
            await readiness.check_now()

        follower = Follower(library, metrics=metrics, interval_s=settings.poll_interval_s, loaded=announce)
        server = _server(settings, library, shelf, readiness, metrics, registry, traces)
        metrics_port = await stack.enter_async_context(
            serve_metrics(registry, host=settings.host, port=settings.metrics_port, readiness=readiness)
        )
        await stack.enter_async_context(_kept_up(follower))
        stack.push_async_callback(server.drain)
        await server.start()
        yield Running(server.port, metrics_port)


def _readiness(library: Library) -> Readiness:
    async def release_loaded() -> None:
        library.current()

    return Readiness([Check("release", release_loaded)])


def _server(
    settings: BrainSettings,
    library: Library,
    shelf: Shelf,
    readiness: Readiness,
    metrics: BrainMetrics,
    registry: CollectorRegistry,
    traces: Tracing,
) -> Server:
    router = Router(shelf, metrics=metrics)
    servicer = BrainServicer(library, router, shelf, draining=readiness.draining)
    tls = settings.tls_files()
    if tls:
        tls.tell(registry, service="brain")
    options = ServerOptions(
        host=settings.host,
        port=settings.port,
        domain="brain.pcf",
        reflection=settings.reflection,
        drain_grace_s=settings.drain_grace_s,
        readiness_wait_s=settings.readiness_wait_s,
        tls=tls,
    )
    return build_server(
        [rpc(servicer)],
        options=options,
        metrics=RpcMetrics(registry, service="brain"),
        readiness=readiness,
        traces=traces,
    )


@asynccontextmanager
async def _kept_up(follower: Follower) -> AsyncIterator[None]:
    """Follow the store. The first look is waited for, but not for long: a store that hangs holds up no start."""
    first = asyncio.create_task(follower.look(), name="brain-first-look")
    following = asyncio.create_task(_follow(first, follower), name="brain-reload")
    following.add_done_callback(_tell_death)
    try:
        await asyncio.wait([first], timeout=_FIRST_LOOK_S)
        if first.done():
            first.result()
        yield
    finally:
        await tasks.end(following)


async def _follow(first: "asyncio.Task[Refresh]", follower: Follower) -> None:
    await first
    await follower.run()


def _tell_death(task: "asyncio.Task[None]") -> None:
    """Log at once what would otherwise show only at the end: changes are no longer followed."""
    if not task.cancelled() and (error := task.exception()):
        _logger.critical("release polling stopped by an error", exc_info=error)


def _now() -> datetime:
    return datetime.now(UTC)
