"""Tracing as the settings want it: off without an endpoint, and then nothing is loaded for it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Thread
from typing import TYPE_CHECKING, Final

from prometheus_client import CollectorRegistry

from pcf_runtime.settings import ServiceSettings
from pcf_runtime.tracing.tracing import OFF, Tracing

if TYPE_CHECKING:
    from pcf_runtime.tracing.otlp import Otlp

_FLUSH_S: Final = 3.0
"""How long the spans of the last moments may take to get away."""
_logger: Final = logging.getLogger(__name__)


@asynccontextmanager
async def open_tracing(
    settings: ServiceSettings,
    registry: CollectorRegistry,
    *,
    service: str,
    version: str,
    trusts_callers: bool = True,
    flush_s: float = _FLUSH_S,
) -> AsyncIterator[Tracing]:
    """Leaving sends what is recorded, for `flush_s` at most."""
    if not settings.otlp_endpoint:
        yield OFF
        return
    from pcf_runtime.tracing.otlp import Otlp  # noqa: PLC0415 - the SDK is slow to load

    otlp = Otlp(settings.otlp_endpoint, service=service, version=version, registry=registry)
    try:
        yield Tracing(otlp, share=settings.trace_sample, trusts_callers=trusts_callers)
    finally:
        await _close(otlp, within_s=flush_s)


async def _close(otlp: "Otlp", *, within_s: float) -> None:
    closed = asyncio.Event()
    loop = asyncio.get_running_loop()

    def close() -> None:
        otlp.close()
        if not loop.is_closed():
            loop.call_soon_threadsafe(closed.set)

    # A daemon: the end of the process must not wait for a collector.
    Thread(target=close, name="last traces", daemon=True).start()
    try:
        await asyncio.wait_for(closed.wait(), within_s)
    except TimeoutError:
        otlp.give_up()
        _logger.warning("the last traces were not taken by the collector")
