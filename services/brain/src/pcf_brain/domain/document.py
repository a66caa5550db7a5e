"""A parsed data file that still knows on which line each of its parts stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pcf_brain.domain.problem import Problem

Pointer = tuple[str | int, ...]
"""Way to a part: keys of mappings, positions in lists."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a YAML or JSON file says."""

    path: str
    value: Any
    lines: Mapping[Pointer, int] = field(default_factory=dict)
    """Line of each part, counted from 1; empty where the format's reader does not tell."""

    def problem(self, message: str, pointer: Sequence[str | int] = ()) -> Problem:
        """Say what is wrong with one part, on its line or on that of the nearest part around it."""
        way = tuple(pointer)
        while way and way not in self.lines:
            way = way[:-1]
        return Problem(self.path, self.lines.get(way, 0), message)
