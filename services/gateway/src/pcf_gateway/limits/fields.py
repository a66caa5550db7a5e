"""`RateLimit-*` of a response: how the caller stands with the window that is nearest to being spent."""

import math
from collections.abc import Sequence
from typing import Final

from pcf_gateway.limits.lease import Lease
from pcf_gateway.limits.rates import Caller

__all__ = ["Standing"]

_POLICY: Final = b"ratelimit-policy"
_LIMIT: Final = b"ratelimit-limit"
_REMAINING: Final = b"ratelimit-remaining"
_RESET: Final = b"ratelimit-reset"


class Standing:
    """Of one request's caller; after a refusal, about the window that refused it."""

    __slots__ = ("_caller", "spent")

    def __init__(self, caller: Caller) -> None:
        self._caller = caller
        self.spent: Lease | None = None

    def fields(self, now: float) -> list[tuple[bytes, bytes]]:
        """None where there are no limits."""
        tightest = self.spent or _tightest(self._caller.leases, now)
        if tightest is None:
            return []
        reset = max(0.0, tightest.ends_s - now)
        policy = self._caller.policy if tightest.name != "builds_per_day" else _policy(tightest)
        return [
            (_POLICY, policy),
            (_LIMIT, b"%d" % tightest.limit),
            (_REMAINING, b"%d" % tightest.left(now)),
            (_RESET, b"%d" % math.ceil(reset)),
        ]


def _tightest(leases: Sequence[Lease], now: float) -> Lease | None:
    # Plainer to read with min() and a key, which takes twice as long, for every response.
    found, least = None, math.inf
    for lease in leases:
        left = lease.left(now)
        if left < least:
            found, least = lease, left
    return found


def _policy(lease: Lease) -> bytes:
    return b"%d;w=%d" % (lease.limit, lease.period_s)
