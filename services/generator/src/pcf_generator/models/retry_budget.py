"""The retry budget: when everything is down, asking again must not be what keeps it down.

Only what is asked again in vain counts against it. A retry under way holds a place, gives it back when it is answered,
and loses it for the length of the window when it is not. So a provider that is down costs nothing as long as another
answers, and in a total outage of a window with N questions no more than N + share·N calls are sent.
"""

import asyncio
from collections import deque
from collections.abc import Callable

__all__ = ["RetryBudget"]


class RetryBudget:
    """Places for what is asked again, by the questions of the last `window_s`."""

    def __init__(self, *, share: float, reserve: int, window_s: float, clock: Callable[[], float]) -> None:
        """`reserve` places are there however few questions come; `clock` is the event loop's."""
        self._share = share
        self._reserve = reserve
        self._window_s = window_s
        self._clock = clock
        self._asked: deque[float] = deque()
        self._lost: deque[float] = deque()
        self._held = 0
        self._waiting: set[asyncio.Future[None]] = set()

    def asked(self) -> None:
        """One more question came."""
        self._asked.append(self._clock())

    def take(self) -> bool:
        """Hold a place, if one is free; each ends with `give_back` or `lose`."""
        self._forget()
        if len(self._lost) + self._held >= max(self._reserve, int(self._share * len(self._asked))):
            return False
        self._held += 1
        return True

    async def wait(self, *, ends_at: float) -> bool:
        """As `take`, but while others hold places, wait for theirs; False when none comes back by `ends_at`."""
        loop = asyncio.get_running_loop()
        while not self.take():
            left_s = ends_at - self._clock()
            if not self._held or left_s <= 0:
                return False
            changed: asyncio.Future[None] = loop.create_future()
            self._waiting.add(changed)
            try:
                await asyncio.wait({changed}, timeout=left_s)
            finally:
                self._waiting.discard(changed)
        return True

    def give_back(self) -> None:
        """It was answered, or not sent."""
        self._release()

    def lose(self) -> None:
        """It was in vain."""
        self._lost.append(self._clock())
        self._release()

    def _release(self) -> None:
        self._held -= 1
        for changed in self._waiting:
            if not changed.done():
                changed.set_result(None)

    def _forget(self) -> None:
        before = self._clock() - self._window_s
        for times in (self._asked, self._lost):
            while times and times[0] <= before:
                times.popleft()
