"""What a gateway holds of a window: some of it is taken ahead, so that few requests ask whoever counts."""

from typing import Final

from pcf_gateway.limits.windows import Grant, Want

__all__ = ["Lease"]

_PART: Final = 20
_LARGEST: Final = 50


class Lease:
    """A part of one window; left over when the window closes, it is gone.

    At most a twentieth of the limit, and never more than 50, is taken at a time: so much of a window may lie unused
    in each of the other gateways when a caller is told that it is spent. More than the limit is never let through.
    """

    __slots__ = ("_rest", "ends_s", "key", "limit", "name", "period_s", "size", "unspent", "waiting")

    def __init__(self, name: str, key: str, *, limit: int, period_s: int, whole: bool = False) -> None:
        """`whole` takes one at a time: for what must not lie unused."""
        self.name = name
        self.key = key
        self.limit = limit
        self.period_s = period_s
        self.size = 1 if whole else max(1, min(_LARGEST, limit // _PART))
        self.unspent = 0
        self.ends_s = 0.0
        self.waiting = 0
        """Requests that wait for it to be filled."""
        self._rest = 0

    def lacks(self, now: float) -> bool:
        """Whether more has to be taken before a request can have one."""
        return self.unspent < 1 or now >= self.ends_s

    def is_spent(self, now: float) -> bool:
        """Whether the window gives no more until it closes."""
        return self.unspent < 1 and self._rest < 1 and now < self.ends_s

    def left(self, now: float) -> int:
        """How many more the window gives, as far as this gateway knows."""
        return self.unspent + self._rest if now < self.ends_s else self.limit

    def want(self) -> Want:
        return Want(self.key, self.limit, self.period_s, max(self.size, self.waiting))

    def fill(self, grant: Grant, *, asked_s: float) -> None:
        # From the question on: the window closes earlier than its answer says, never later.
        self.unspent = grant.count
        self._rest = grant.left
        self.ends_s = asked_s + grant.ends_in_s
