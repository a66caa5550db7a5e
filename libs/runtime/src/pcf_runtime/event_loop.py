"""How late the event loop does what is due: what holds it up shows here, whatever else it is that waits."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from prometheus_client import CollectorRegistry, Histogram

from pcf_runtime import tasks

__all__ = ["lag_histogram", "watching_loop"]

_BUCKETS: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_INTERVAL_S: Final = 0.25


@asynccontextmanager
async def watching_loop(registry: CollectorRegistry, *, interval_s: float = _INTERVAL_S) -> AsyncIterator[None]:
    """Measure the lag of this loop until the block ends."""
    watch = asyncio.create_task(_watch(lag_histogram(registry), interval_s), name="watch the event loop")
    try:
        yield
    finally:
        await tasks.end(watch)


def lag_histogram(registry: CollectorRegistry) -> Histogram:
    return Histogram(
        "pcf_event_loop_lag_seconds",
        "How late the event loop did what was due.",
        buckets=_BUCKETS,
        registry=registry,
    )


async def _watch(lag: Histogram, interval_s: float) -> None:
    while True:
        due = time.perf_counter() + interval_s
        await asyncio.sleep(interval_s)
        lag.observe(max(time.perf_counter() - due, 0))
