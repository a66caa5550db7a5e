"""What may be away without taking the instance out of service: told in the log and in a metric, not in readiness."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from pcf_generator.ports.outside import OutsideUnavailable

log = logging.getLogger(__name__)


class Tolerated:
    """A probe of a readiness check that is met all the same. Every other failure passes."""

    def __init__(
        self, probe: Callable[[], Awaitable[None]], *, who: str, up: Callable[[bool], None], limit_s: float = 3.0
    ) -> None:
        """`limit_s` is less than the patience of readiness, which would take silence for a failure."""
        self._probe = probe
        self._who = who
        self._up = up
        self._limit_s = limit_s
        self._fault = ""

    async def __call__(self) -> None:
        """Ask once; a change is logged."""
        fault = await self._asked()
        self._up(not fault)
        if fault and not self._fault:
            log.warning("working without", extra={"pcf.missing": self._who, "pcf.reason": fault})
        if self._fault and not fault:
            log.info("back again", extra={"pcf.missing": self._who})
        self._fault = fault

    async def _asked(self) -> str:
        try:
            async with asyncio.timeout(self._limit_s):
                await self._probe()
        except OutsideUnavailable as error:
            return str(error)
        except TimeoutError:
            return f"no answer within {self._limit_s:g} s"
        return ""
