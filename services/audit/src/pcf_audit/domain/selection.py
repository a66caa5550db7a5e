"""Which events a reader wants: as asked, and as a window of the log."""

from dataclasses import dataclass

__all__ = ["FIRST", "LAST", "Filter", "Selection"]

# The smallest and largest index a store can hold. A window open below also shows entries that a hand put
# in front of the first one.
FIRST = -(2**63)
LAST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Filter:
    """Events that fit everything that is set; times are those at which the log recorded them."""

    build: str = ""
    actor: str = ""
    """Known only within a tenant: without one, `default` is meant."""
    type: str = ""
    tenant: str = ""
    start_ns: int | None = None
    end_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """Events with `first <= index < end` that fit everything that is set."""

    build: str = ""
    actors: tuple[str, ...] = ()
    """The texts by which the actor may stand in a content; none when any will do."""
    type: str = ""
    tenant: str = ""
    first: int = FIRST
    end: int = LAST
