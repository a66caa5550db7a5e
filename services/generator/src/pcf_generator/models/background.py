"""Work that goes on when nobody waits for it any more, until the process ends."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

__all__ = ["Background"]

T = TypeVar("T")

log = logging.getLogger(__name__)


class Background:
    """Holds tasks: the event loop itself would forget them."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def keep(self, work: Coroutine[Any, Any, T], *, name: str) -> asyncio.Task[T]:
        """Begin, in a task that nobody's cancellation reaches; how it fails is for those who look."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def drain(self, *, within_s: float) -> None:
        """Wait for all there is, what they begin included; what takes longer is cancelled."""
        ends_at = asyncio.get_running_loop().time() + within_s
        while self._tasks and (left_s := ends_at - asyncio.get_running_loop().time()) > 0:
            await asyncio.wait(self._tasks, timeout=left_s)
        left = list(self._tasks)
        for task in left:
            log.warning("not waited for any longer", extra={"pcf.work": task.get_name()})
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, or the event loop would tell that nobody did
