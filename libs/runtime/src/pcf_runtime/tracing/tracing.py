"""Begins what is recorded: decides for each request, and continues its caller's trace."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, Protocol

from pcf_runtime import trace_context
from pcf_runtime.trace_context import PARENT_KEY, STATE_KEY, Kind, Span, Value

__all__ = ["OFF", "Recorder", "Tracing", "is_sampled"]

_NONE: Final[Mapping[str, Value]] = {}
_SAMPLED: Final = 1


class Recorder(Protocol):
    """Keeps spans."""

    def start(
        self, name: str, kind: Kind, attributes: Mapping[str, Value], *, parent: Mapping[str, str], links: Sequence[str]
    ) -> Span:
        """A span without a parent in this process; `links` are the traceparents of what it is about too."""


class Tracing:
    """Without a recorder, nothing is decided and trace headers go onward as they came."""

    def __init__(
        self,
        recorder: Recorder | None = None,
        *,
        share: float = 0.0,
        trusts_callers: bool = True,
        chance: Callable[[], float] = random.random,
    ) -> None:
        """`share` of the traces that begin here are recorded.

        Callers that are trusted have decided already. One who is not keeps its trace's id, but decides nothing: neither
        by the flag it sends nor by the id it chooses, for the share is drawn by lot.
        """
        self._recorder = recorder
        self._share = share
        self._trusts_callers = trusts_callers
        self._chance = chance

    @contextmanager
    def request(
        self,
        name: str,
        kind: Kind,
        incoming: Mapping[str, str],
        attributes: Mapping[str, Value] = _NONE,
        links: Sequence[str] = (),
    ) -> Iterator[Span | None]:
        """Work on what came in with these headers; gives the span if it is recorded."""
        if self._recorder is None:
            with trace_context.bind(incoming):
                yield None
            return
        parent = trace_context.well_formed(incoming)
        if not self._records(parent):
            with trace_context.bind(_unrecorded(parent)):
                yield None
            return
        with trace_context.within(self._recorder.start(name, kind, attributes, parent=parent, links=links)) as span:
            yield span

    def _records(self, parent: Mapping[str, str]) -> bool:
        if parent and self._trusts_callers:
            return is_sampled(parent[PARENT_KEY])
        return self._chance() < self._share


OFF: Final = Tracing()


def is_sampled(traceparent: str) -> bool:
    """Whether the trace is recorded, by a well-formed header."""
    return bool(int(traceparent[-2:], 16) & _SAMPLED)


def _unrecorded(parent: Mapping[str, str]) -> Mapping[str, str]:
    """Tells the services behind that this one is not recorded: else each would draw lots anew, and record a part."""
    if parent:
        state = {STATE_KEY: parent[STATE_KEY]} if STATE_KEY in parent else {}
        return {PARENT_KEY: f"{parent[PARENT_KEY][:-2]}00", **state}
    return {PARENT_KEY: f"00-{random.getrandbits(128) or 1:032x}-{random.getrandbits(64) or 1:016x}-00"}
