"""Builds the brain of its parts, serves, and takes it down again in the right order."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version

from pcf_runtime.health import Check, Readiness
from pcf_runtime.metrics import RpcMetrics, build_info, serve_metrics
from pcf_runtime.server import Server, ServerOptions, build_server
from prometheus_client import CollectorRegistry

from pcf_brain.adapters.folder_store import FolderStore
from pcf_brain.adapters.memory_cache import MemoryCache
from pcf_brain.library import Library
from pcf_brain.metrics import BrainMetrics
from pcf_brain.reload import Follower
from pcf_brain.router import Router
from pcf_brain.servicer import BrainServicer, rpc
from pcf_brain.settings import BrainSettings
from pcf_brain.shelf import Shelf

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
    library = Library(FolderStore(settings.folder), now=_now, kept=settings.releases_kept)
    metrics.follow(library, now=_now)
    readiness = _readiness(library)
    follower = Follower(library, metrics=metrics, interval_s=settings.poll_interval_s, loaded=readiness.check_now)
    await follower.look()
    server = _server(settings, library, readiness, metrics, registry)
    async with AsyncExitStack() as stack:
        metrics_port = await stack.enter_async_context(
            serve_metrics(registry, host=settings.host, port=settings.metrics_port)
        )
        stack.push_async_callback(_stop, _follow(follower))
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
    readiness: Readiness,
    metrics: BrainMetrics,
    registry: CollectorRegistry,
) -> Server:
    shelf = Shelf(MemoryCache(limit_bytes=settings.cache_bytes), metrics=metrics)
    router = Router(shelf, metrics=metrics)
    servicer = BrainServicer(library, router, shelf, draining=readiness.draining)
    options = ServerOptions(
        host=settings.host,
        port=settings.port,
        domain="brain.pcf",
        reflection=settings.reflection,
        drain_grace_s=settings.drain_grace_s,
        readiness_wait_s=settings.readiness_wait_s,
    )
    return build_server(
        [rpc(servicer)], options=options, metrics=RpcMetrics(registry, service="brain"), readiness=readiness
    )


def _follow(follower: Follower) -> "asyncio.Task[None]":
    task = asyncio.create_task(follower.run(), name="brain-reload")
    task.add_done_callback(_tell_death)
    return task


def _tell_death(task: "asyncio.Task[None]") -> None:
    """Log at once what would otherwise show only at the end: changes are no longer followed."""
    if not task.cancelled() and (error := task.exception()):
        _logger.critical("release polling stopped by an error", exc_info=error)


async def _stop(task: "asyncio.Task[None]") -> None:
    task.cancel()
    await asyncio.wait([task])


def _now() -> datetime:
    return datetime.now(UTC)
