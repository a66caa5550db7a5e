"""What a scene of the drill of alerts is made of."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

from pcf_runtime import tasks

from tests.drills.alert_world import AlertWorld
from tests.monitoring.watch import Watch

__all__ = ["Break", "Scene", "beside"]

Break = Callable[[AlertWorld, Watch], AbstractAsyncContextManager[None]]
"""Breaks something; leaving the block mends it."""


@dataclass(frozen=True, slots=True)
class Scene:
    """One thing that breaks. `page` and `ticket` name the alerts that must come, and no other may."""

    what: str
    broken: Break
    page: frozenset[str] = frozenset()
    ticket: frozenset[str] = frozenset()
    meanwhile: Callable[[AlertWorld], Coroutine[Any, Any, None]] | None = None
    """What goes on from before it breaks until it is mended."""
    as_shipped: bool = False
    """Not hurried: every wait is what operators have."""

    @property
    def expected(self) -> frozenset[str]:
        return frozenset({f"page {name}" for name in self.page} | {f"ticket {name}" for name in self.ticket})


@asynccontextmanager
async def beside(*work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """The work goes on until the block ends."""
    running = [asyncio.create_task(each) for each in work]
    try:
        yield
    finally:
        for each in running:
            await tasks.end(each)
