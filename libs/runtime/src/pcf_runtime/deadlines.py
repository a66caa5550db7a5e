"""How much time a request has left. gRPC in Python does not hand deadlines on to the next hop: we do."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

RETURN_OVERHEAD_S: Final = 0.02
"""Kept back from every call onward, so that this hop can still say which call timed out."""
MEANINGFUL_WORK_S: Final = 0.1
"""A call that arrives with less is refused at once: its answer would come too late."""

# The moment on the monotonic clock; a remaining time would be out of date as soon as it is stored.
_deadline: ContextVar[float | None] = ContextVar("pcf_deadline", default=None)


def time_left() -> float | None:
    """Seconds until the caller stops waiting, possibly negative; None where nobody waits."""
    deadline = _deadline.get()
    return None if deadline is None else deadline - time.monotonic()


@contextmanager
def bind_time_left(seconds: float) -> Iterator[None]:
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def onward_timeout(limit_s: float) -> float:
    """The timeout of a call to another service: its own limit, or what the caller's deadline leaves."""
    left = time_left()
    return limit_s if left is None else min(left - RETURN_OVERHEAD_S, limit_s)
