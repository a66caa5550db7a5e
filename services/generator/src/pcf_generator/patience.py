"""Waits for what is away as long as a build may take: the brain and the artifacts come back, and no build need fail."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from pcf_generator.ports.outside import OutsideUnavailable
from pcf_generator.step import StageTimeout

T = TypeVar("T")

log = logging.getLogger(__name__)


class Patience:
    """Repeats what an absence outside stops, until `ends_at` on the monotonic clock."""

    def __init__(self, *, ends_at: float, retry_s: float) -> None:
        self._ends_at = ends_at
        self._retry_s = retry_s

    async def __call__(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Give what the attempt gives; OutsideUnavailable when something stayed away too long."""
        missed: OutsideUnavailable | None = None
        while True:
            try:
                return await attempt()
            except OutsideUnavailable as error:
                if self._left() < self._retry_s:
                    raise
                if type(error) is not type(missed):
                    log.warning("build waits", extra={"pcf.waiting_for": error.who, "pcf.reason": str(error)})
                missed = error
            except StageTimeout:
                # The build's time ended in the middle of one more call to what is away.
                if missed is not None and self._left() <= 0:
                    raise missed from None
                raise
            await asyncio.sleep(self._retry_s)

    def _left(self) -> float:
        return self._ends_at - time.monotonic()
