"""How fast the queue moves, and when whoever was refused may come again."""

from collections import deque
from collections.abc import Callable
from typing import Final

__all__ = ["Pace"]

WINDOW_S: Final = 60.0
SOONEST_S, LATEST_S = 1.0, 60.0
_SHARE_FREE: Final = 0.1
_CLAIMS_KEPT: Final = 10_000


class Pace:
    """What this instance claimed in the last minute.

    Others claim beside it, so the truth is rather faster: who is refused comes too late rather than too often.
    """

    def __init__(self, *, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since = clock()
        self._claims: deque[tuple[float, str]] = deque(maxlen=_CLAIMS_KEPT)

    def claimed(self, tenant: str) -> None:
        """A build left the queue."""
        now = self._clock()
        self._forget(now)
        self._claims.append((now, tenant))

    def retry_after_s(self, waiting: int, *, tenant: str | None = None) -> float:
        """When a tenth of what waits will have left the queue, of everybody's or of one tenant's: 1 to 60 s."""
        now = self._clock()
        self._forget(now)
        begin = self._claims[0][0] if len(self._claims) == _CLAIMS_KEPT else max(self._since, now - WINDOW_S)
        claims = sum(tenant in (None, of) for _, of in self._claims)
        # Who claimed nothing yet may be about to: as if it were one.
        rate = max(claims, 1) / max(now - begin, 1.0)
        return min(max(waiting * _SHARE_FREE / rate, SOONEST_S), LATEST_S)

    def _forget(self, now: float) -> None:
        while self._claims and self._claims[0][0] <= now - WINDOW_S:
            self._claims.popleft()
