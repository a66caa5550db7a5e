"""Windows of time in which so much may be taken: what is asked of whoever counts them, and counting in this process.

A window opens with the first that is taken from it and closes after its period, whatever the time of day: gateways
whose clocks differ agree all the same.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

__all__ = ["Grant", "LocalWindows", "Want", "WindowStore"]

_MOST_KNOWN: Final = 100_000


@dataclass(frozen=True, slots=True)
class Want:
    """To take `count` from the window of that key, or what is left of it."""

    key: str
    limit: int
    period_s: int
    count: int


@dataclass(frozen=True, slots=True)
class Grant:
    """What was taken, what is left after it, and how long the window is open yet."""

    count: int
    left: int
    ends_in_s: float


class WindowStore(Protocol):
    """Counts windows; keys that are asked for together belong to one tenant."""

    async def take(self, wants: Sequence[Want]) -> Sequence[Grant]:
        """A grant for each, in order; never fails."""
        ...


class LocalWindows:
    """In memory: for one gateway, and for each of several while they cannot ask what they share."""

    def __init__(self, elapsed_s: Callable[[], float]) -> None:
        self._elapsed_s = elapsed_s
        self._taken: dict[str, tuple[int, float]] = {}

    async def take(self, wants: Sequence[Want]) -> Sequence[Grant]:
        now = self._elapsed_s()
        return [self._take(want, now) for want in wants]

    def _take(self, want: Want, now: float) -> Grant:
        taken, ends = self._taken.get(want.key, (0, now))
        if now >= ends:
            taken, ends = 0, now + want.period_s
            self._make_room(want.key, now)
        count = max(0, min(want.count, want.limit - taken))
        self._taken[want.key] = (taken + count, ends)
        return Grant(count, max(0, want.limit - taken - count), ends - now)

    def _make_room(self, key: str, now: float) -> None:
        if key in self._taken or len(self._taken) < _MOST_KNOWN:
            return
        self._taken = {key: window for key, window in self._taken.items() if now < window[1]}
        while len(self._taken) >= _MOST_KNOWN:
            self._taken.pop(next(iter(self._taken)))
