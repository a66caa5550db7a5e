"""The parts in which the log is exported, and what they are called."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pcf_runtime.log_range import sidecars

__all__ = ["SEGMENT_EVENTS", "Segment", "due", "exported"]

SEGMENT_EVENTS: Final = 65_536
"""Events in a whole segment: some megabytes packed, and a complete subtree."""

_FOLDER: Final = "log/"
_NAME: Final = re.compile(r"log/([0-9]{12,18})-([0-9]{12,18})\.checkpoint")


@dataclass(frozen=True, slots=True, order=True)
class Segment:
    """The events from `first` to before `end`."""

    first: int
    end: int

    @property
    def data(self) -> str:
        """Name of the file with the entries. Digits are filled up, so that names sort as the log does."""
        return f"{_FOLDER}{self.first:012}-{self.end:012}.jsonl.gz"

    @property
    def proof(self) -> str:
        return sidecars(self.data).proof

    @property
    def checkpoint(self) -> str:
        """Name of the file that is written last: the segment is there when this is."""
        return sidecars(self.data).checkpoint


def exported(names: Iterable[str]) -> set[Segment]:
    """The segments that are there whole, going by the names in the archive."""
    found = (_NAME.fullmatch(name) for name in names)
    return {Segment(int(match[1]), int(match[2])) for match in found if match}


def due(first: int, size: int, done: Iterable[Segment], *, events: int, rest: bool) -> list[Segment]:
    """The segments of a log that begins at `first` which are whole and not done; with `rest`, its last ones too."""
    begin = -(-first // events) * events
    whole = [Segment(at, at + events) for at in range(begin, size - events + 1, events)]
    last = max(begin, size // events * events)
    tail = [Segment(last, size)] if rest and last < size else []
    known = set(done)
    return [segment for segment in [*whole, *tail] if segment not in known]
