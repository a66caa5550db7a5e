"""How requests ended, and how long the answered ones took."""

import math
import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tests.drills.rest_client import Answer

__all__ = ["Tally", "quantile"]

_BUSY = (429, 503)
_KEPT = 20


@dataclass(slots=True)
class Tally:
    """Counts by what was asked, `create`; a refusal that says when to come again is one, and no failure."""

    answered: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    took_s: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Of what was answered."""
    refused_s: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    """The first of them, for people."""

    @property
    def total(self) -> int:
        return self.answered.total() + self.missed

    @property
    def missed(self) -> int:
        """Requests that did not get what they asked for."""
        return self.refused.total() + self.failed.total()

    def ended(self, what: str, answer: Answer, *, expected: Sequence[int], seconds: float) -> bool:
        """Whether it was answered as it should be."""
        if answer.status in expected:
            self.answered[what] += 1
            self.took_s[what].append(seconds)
            return True
        if answer.status in _BUSY and answer.headers.get("retry-after", "").isdigit():
            self.refused[what] += 1
            self.refused_s.append(seconds)
            return False
        self.broke(what, f"{answer.status} {answer.body[:300].decode(errors='replace')}")
        return False

    def broke(self, what: str, why: str) -> None:
        """It failed: with another status, or without an answer."""
        self.failed[what] += 1
        if len(self.failures) < _KEPT:
            self.failures.append(f"{time.strftime('%H:%M:%S')} {what}: {why}")

    def p(self, share: float, *whats: str) -> float:
        """The quantile of the seconds that these took; of all without a name. NaN when nothing was answered."""
        names = whats or tuple(self.took_s)
        return quantile([seconds for what in names for seconds in self.took_s.get(what, ())], share)

    def p_refused(self, share: float) -> float:
        """The same of what was refused; 0 when nothing was."""
        return quantile(self.refused_s or [0.0], share)

    def rows(self, names: Mapping[str, str]) -> list[tuple[str, str]]:
        """By what was asked, in these words."""
        return [
            (
                words,
                f"{self.answered[what]:,} answered, {self.refused[what]:,} refused, {self.failed[what]:,} failed",
            )
            for what, words in names.items()
        ]


def quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that so many are not above."""
    if not values:
        return math.nan
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, math.ceil(share * len(ordered)) - 1))]
