"""The vocabulary of the contract: what an element can be made of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Text(Enum):
    """What an element may hold as text of its own."""

    NONE = "none"
    NEEDED = "needed"
    ONLY = "only"
    """Text, even none, and nothing else: no attribute, no child."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """What an attribute may be; without pattern and values, anything."""

    required: bool = False
    pattern: re.Pattern[str] | None = None
    values: frozenset[str] = frozenset()

    def takes(self, value: str) -> bool:
        return (not self.values or value in self.values) and (not self.pattern or bool(self.pattern.fullmatch(value)))


@dataclass(frozen=True, slots=True)
class Occurs:
    """How often a child may be there."""

    least: int = 0
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """What an element is made of."""

    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    children: Mapping[str, Occurs] = field(default_factory=dict)
    text: Text = Text.NONE
    values: frozenset[str] = frozenset()
    """The only texts there may be, when there are any."""
    is_open: bool = False
    """Microsoft's validator minds neither text nor unknown children; we do."""
