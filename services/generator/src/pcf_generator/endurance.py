"""Sits out a store that is away while a build runs: what the run has made is stored once the store is back.

Only for what is safe to repeat, since nobody knows whether an attempt that failed was stored: the writes under a
lease are, for the store tells a repetition from something new.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from pcf_generator.build_store import StoreUnavailable

__all__ = ["Endurance"]

T = TypeVar("T")

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Endurance:
    """Repeats what an absence of the store stops."""

    limit_s: float
    """For how long; after that the run is given up, and the build is claimed again when its lease has run out."""
    retry_s: float

    async def __call__(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Give what the attempt gives; StoreUnavailable when the store stayed away too long."""
        ends_at: float | None = None
        while True:
            try:
                return await attempt()
            except StoreUnavailable as error:
                if ends_at is None:
                    ends_at = time.monotonic() + self.limit_s
                    log.warning("build waits", extra={"pcf.waiting_for": "the store", "pcf.reason": str(error)})
                if time.monotonic() + self.retry_s > ends_at:
                    raise
            await asyncio.sleep(self.retry_s)
