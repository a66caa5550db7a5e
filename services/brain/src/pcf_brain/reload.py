"""Looks at the store again and again, so that another release is served without a restart."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from pcf_brain.domain.problem import Problem
from pcf_brain.library import Library, Refresh
from pcf_brain.metrics import BrainMetrics

_WITHOUT_RELEASE_S = 5.0
"""How often to look while nothing can be served, even where polling is off: a volume may come late."""
_SOON_S = 0.5
"""When to look again after the store changed under the reader."""
_PROBLEMS_LOGGED = 20
_logger = logging.getLogger(__name__)

Sleep = Callable[[float], Awaitable[None]]
Announce = Callable[[], Awaitable[None]]
"""Told that another release is current."""


class Follower:
    """Keeps a library up to date."""

    def __init__(
        self,
        library: Library,
        *,
        metrics: BrainMetrics,
        interval_s: float,
        loaded: Announce,
        sleep: Sleep = asyncio.sleep,
    ) -> None:
        self._library = library
        self._metrics = metrics
        self._interval_s = interval_s
        self._loaded = loaded
        self._sleep = sleep
        self._told: tuple[Problem, ...] = ()

    async def look(self) -> Refresh:
        """Look once, and say what came of it."""
        outcome = await self._library.refresh()
        self._metrics.refreshed(outcome)
        if outcome is Refresh.LOADED:
            release = self._library.current().release
            fields = {"pcf.release": release.name, "pcf.release_files": len(release.files)}
            _logger.info("release loaded", extra=fields)
            await self._loaded()
        self._tell(outcome)
        return outcome

    async def run(self) -> None:
        """Look until cancelled, or until there is a release and polling is off."""
        outcome = Refresh.UNCHANGED
        while (pause_s := self._pause_s(outcome)) is not None:
            await self._sleep(pause_s)
            outcome = await self.look()

    def _pause_s(self, last: Refresh) -> float | None:
        if last is Refresh.UNSETTLED:
            return _SOON_S
        if self._interval_s:
            return self._interval_s
        return None if self._library.loaded else _WITHOUT_RELEASE_S

    def _tell(self, outcome: Refresh) -> None:
        """Log what is wrong when it begins, changes or ends; it is looked at far more often than it changes."""
        trouble = self._library.trouble
        if trouble == self._told:
            return
        self._told = trouble
        served = self._library.loaded
        fields = {
            "pcf.release_served": served.release.name if served else "none",
            "pcf.problem_count": len(trouble),
            "pcf.problems": [str(problem) for problem in trouble[:_PROBLEMS_LOGGED]],
        }
        if outcome is Refresh.REFUSED:
            _logger.error("release refused", extra=fields)
        elif trouble:
            _logger.error("store degraded", extra=fields)
        else:
            _logger.info("store in order", extra=fields)
