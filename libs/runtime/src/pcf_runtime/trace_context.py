"""Where in which trace the work of this moment is: what calls onward carry, and the span that is being recorded.

Knows nothing of how spans are kept, so that a service which exports none loads nothing for it: it only passes the W3C
headers on as they came. `tracing` begins what is recorded; here its parts are added, wherever the work is done.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Literal, Protocol, TypeAlias

PARENT_KEY: Final = "traceparent"
STATE_KEY: Final = "tracestate"
_PARENT: Final = re.compile(r"[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
_NONE: Final[Mapping[str, str]] = {}

Kind: TypeAlias = Literal["internal", "server", "client", "producer", "consumer"]
Value: TypeAlias = str | int | float | bool


class Span(Protocol):
    """What is done as a part of a trace."""

    @property
    def headers(self) -> Mapping[str, str]:
        """What a call to another service carries, so that its spans are children of this one."""

    def child(self, name: str, kind: Kind, attributes: Mapping[str, Value]) -> "Span":
        """A part of it that begins now."""

    def rename(self, name: str) -> None:
        """Give it the name that was not known when it began."""

    def set(self, name: str, value: Value) -> None:
        """Add an attribute. Never what a user wrote, a key, or a parameter of a statement."""

    def fail(self, kind: str) -> None:
        """Say that it went wrong, by a word for what did; the message of an error may hold anything."""

    def end(self) -> None:
        """Call once."""


_headers: ContextVar[Mapping[str, str]] = ContextVar("pcf_trace_headers", default=_NONE)
_span: ContextVar[Span | None] = ContextVar("pcf_trace_span", default=None)


def current() -> Mapping[str, str]:
    """The headers to send along with a call; empty where the request came without."""
    span = _span.get()
    return _headers.get() if span is None else span.headers


def recording() -> Span | None:
    """The span being recorded; none in a trace that is not."""
    return _span.get()


def ids() -> tuple[str, str]:
    """Trace id and span id of this moment, each empty if there is none; the span id only of a span of ours."""
    parent = current().get(PARENT_KEY)
    if parent is None:
        return "", ""
    _, trace, span, _ = parent.split("-")
    return trace, span if _span.get() is not None else ""


def recorded_parent() -> str:
    """The traceparent to keep with what goes on later, elsewhere; empty in a trace that is not recorded."""
    return "" if _span.get() is None else current()[PARENT_KEY]


def exemplar() -> dict[str, str] | None:
    """What a measurement carries so that one gets from a graph to a trace; only of one that is recorded."""
    return None if _span.get() is None else {"trace_id": ids()[0]}


def well_formed(incoming: Mapping[str, str]) -> Mapping[str, str]:
    """The trace headers among a request's; a malformed parent means none, as W3C asks."""
    if not _PARENT.fullmatch(incoming.get(PARENT_KEY, "")):
        return _NONE
    return {key: incoming[key] for key in (PARENT_KEY, STATE_KEY) if key in incoming}


@contextmanager
def bind(incoming: Mapping[str, str]) -> Iterator[None]:
    """Take the trace headers out of a request's metadata and pass them on."""
    token, outer = _headers.set(well_formed(incoming)), _span.set(None)
    try:
        yield
    finally:
        _span.reset(outer)
        _headers.reset(token)


@contextmanager
def within(span: Span) -> Iterator[Span]:
    """Work as a part of this span, and end it afterwards."""
    token = _span.set(span)
    try:
        yield span
    except BaseException as error:
        span.fail(type(error).__name__)
        raise
    finally:
        _span.reset(token)
        span.end()


@contextmanager
def span(name: str, kind: Kind = "internal", attributes: Mapping[str, Value] = _NONE) -> Iterator[Span | None]:
    """Record the block as a part of what is being recorded; None, and next to no work, where nothing is."""
    parent = _span.get()
    if parent is None:
        yield None
        return
    with within(parent.child(name, kind, attributes)) as child:
        yield child
