"""Waits for the brain as long as a build may take: what it knows comes back, and the build need not fail."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from pcf_generator.ports import KnowledgeUnavailable
from pcf_generator.step import StageTimeout

T = TypeVar("T")

log = logging.getLogger(__name__)


class Patience:
    """Repeats what the brain's absence stops, until `ends_at` on the monotonic clock."""

    def __init__(self, *, ends_at: float, retry_s: float) -> None:
        self._ends_at = ends_at
        self._retry_s = retry_s

    async def __call__(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Give what the attempt gives; KnowledgeUnavailable when the brain stayed away too long."""
        missed: KnowledgeUnavailable | None = None
        while True:
            try:
                return await attempt()
            except KnowledgeUnavailable as error:
                if self._left() < self._retry_s:
                    raise
                if missed is None:
                    log.warning("waiting for the brain")
                missed = error
            except StageTimeout:
                # The build's time ended in the middle of one more call to the brain that is away.
                if missed is not None and self._left() <= 0:
                    raise missed from None
                raise
            await asyncio.sleep(self._retry_s)

    def _left(self) -> float:
        return self._ends_at - time.monotonic()
