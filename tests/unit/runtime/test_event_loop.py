"""The lag of the event loop."""

import asyncio
import time

from pcf_runtime.event_loop import watching_loop
from prometheus_client import CollectorRegistry

HELD_S = 0.3


async def test_what_holds_the_loop_up_is_measured():
    registry = CollectorRegistry()
    async with watching_loop(registry, interval_s=0.01):
        await looked(registry, 1)
        time.sleep(HELD_S)  # noqa: ASYNC251 - what must not happen
        await looked(registry, 1)
    # The watch may have been due for an interval already when the hold began.
    assert lag(registry, "sum") >= HELD_S - 0.01


async def test_the_watch_ends_with_the_block():
    registry = CollectorRegistry()
    async with watching_loop(registry, interval_s=0.01):
        assert 0 == lag(registry, "count")
        watches = [task for task in asyncio.all_tasks() if task.get_name() == "watch the event loop"]
    assert [True] == [watch.done() for watch in watches]


def lag(registry: CollectorRegistry, part: str) -> float:
    return registry.get_sample_value(f"pcf_event_loop_lag_seconds_{part}") or 0


async def looked(registry: CollectorRegistry, more: int) -> None:
    """Until the loop was looked at so often again."""
    before = lag(registry, "count")
    async with asyncio.timeout(20):
        while lag(registry, "count") < before + more:  # noqa: ASYNC110 - a histogram wakes nobody
            await asyncio.sleep(0)
