"""The W3C trace context of a request, passed on as it came so that traces do not break at our services."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

_PARENT_KEY: Final = "traceparent"
_STATE_KEY: Final = "tracestate"
_PARENT: Final = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_NONE: Final[Mapping[str, str]] = {}
_headers: ContextVar[Mapping[str, str]] = ContextVar("pcf_trace_context", default=_NONE)


def current() -> Mapping[str, str]:
    """The headers to send along with a call; empty where the request came without."""
    return _headers.get()


@contextmanager
def bind(incoming: Mapping[str, str]) -> Iterator[None]:
    """Take the trace headers out of a request's metadata; a malformed parent means none, as W3C asks."""
    headers = {key: incoming[key] for key in (_PARENT_KEY, _STATE_KEY) if key in incoming}
    token = _headers.set(headers if _PARENT.fullmatch(headers.get(_PARENT_KEY, "")) else _NONE)
    try:
        yield
    finally:
        _headers.reset(token)
