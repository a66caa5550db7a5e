"""What a caller is told who asked too much, and what Prometheus counts of it."""

import math
from typing import Final

from prometheus_client import CollectorRegistry, Counter

from pcf_gateway.limits.places import Full
from pcf_gateway.limits.rates import Spent
from pcf_gateway.problems.refusal import Refusal

__all__ = ["LimitRefusals"]

QUOTA: Final = "builds_per_day"
FAILURES: Final = "failed_credentials_per_minute"
LIMITS: Final = (
    "key_per_second",
    "key_per_minute",
    "tenant_per_second",
    "tenant_per_minute",
    QUOTA,
    "requests_at_once",
    "requests_at_once_in_all",
    "streams_at_once",
    "streams_at_once_in_all",
    FAILURES,
)
_PLACES_WAIT_S: Final = 1
_A_MINUTE_S: Final = 60
_AN_HOUR_S: Final = 3600


class LimitRefusals:
    """Makes them, and counts each under its limit."""

    def __init__(self, registry: CollectorRegistry) -> None:
        limited = Counter("pcf_http_limited_total", "Requests refused by a limit.", ("limit",), registry=registry)
        self._counters = {limit: limited.labels(limit) for limit in LIMITS}

    def spent(self, spent: Spent) -> Refusal:
        lease = spent.lease
        if lease.name == QUOTA:
            detail = f"The tenant may start {lease.limit} builds a day."
            return self._refusal("QUOTA_SPENT", QUOTA, detail, spent.wait_s)
        whose, _, period = lease.name.partition("_per_")
        detail = f"{_WHOSE[whose]} may send {lease.limit} requests a {period}."
        return self._refusal("RATE_LIMITED", lease.name, detail, spent.wait_s)

    def full(self, full: Full) -> Refusal:
        if full.of_all:
            return self._refusal("GATEWAY_FULL", full.limit, "This gateway works on all that it can.", _PLACES_WAIT_S)
        kind = full.limit.partition("_")[0]
        detail = f"The tenant has as many {kind} under way as it may."
        return self._refusal("TOO_MANY_AT_ONCE", full.limit, detail, _PLACES_WAIT_S)

    def failures(self, wait_s: float) -> Refusal:
        detail = "Too many credentials from this address did not work; none is looked at for a while."
        return self._refusal("TOO_MANY_FAILURES", FAILURES, detail, wait_s)

    def _refusal(self, reason: str, limit: str, detail: str, wait_s: float) -> Refusal:
        self._counters[limit].inc()
        # Whole seconds only (RFC 9110), and never too early.
        seconds = max(1, math.ceil(wait_s))
        return Refusal(
            reason,
            detail,
            details={"limit": limit, "suggestion": f"Try again in {_in_words(seconds)}."},
            headers={"Retry-After": str(seconds)},
        )


_WHOSE: Final = {"key": "One credential", "tenant": "The tenant"}


def _in_words(seconds: int) -> str:
    if seconds < 2 * _A_MINUTE_S:
        return "a second" if seconds == 1 else f"{seconds} seconds"
    if seconds < 2 * _AN_HOUR_S:
        return f"{math.ceil(seconds / _A_MINUTE_S)} minutes"
    return f"{math.ceil(seconds / _AN_HOUR_S)} hours"
