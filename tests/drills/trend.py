"""Whether a series grows: its slope, robustly, and what is allowed."""

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

__all__ = ["Series", "floors", "slope"]

_BARS = "▁▂▃▄▅▆▇█"
_HOUR_S = 3_600.0
_SPANS = 40
_MOST = 240
"""Points that a slope is taken from: pairs grow with the square."""


@dataclass(frozen=True, slots=True)
class Series:
    """One thing that was looked at again and again, and by how much it may grow in an hour."""

    name: str
    allowed: float
    step: float
    """What it moves by in any case: a rise of less, from the first look to the last, is none."""
    times_s: Sequence[float]
    values: Sequence[float]

    @property
    def growth(self) -> float:
        """In an hour."""
        return slope(self.times_s, self.values) * _HOUR_S

    @property
    def grows(self) -> bool:
        span_h = (self.times_s[-1] - self.times_s[0]) / _HOUR_S
        return self.growth > self.allowed and self.growth * span_h > self.step

    def row(self) -> str:
        """Level at the beginning and at the end, growth, what is allowed, and a picture."""
        third = max(1, len(self.values) // 3)
        first, last = statistics.median(self.values[:third]), statistics.median(self.values[-third:])
        told = f"{first:>9.1f} {last:>9.1f} {self.growth:>+9.2f} {self.allowed:>8.1f}"
        return f"{self.name:<38} {told}  {_picture(self.values)}{'  GROWS' if self.grows else ''}"


def slope(times_s: Sequence[float], values: Sequence[float]) -> float:
    """Theil and Sen's: the median of the slopes between any two points, which a third of wild ones does not move."""
    step = max(1, len(values) // _MOST)
    points = list(zip(times_s, values, strict=True))[::step]
    slopes = [(after - before) / (later - sooner) for (sooner, before), (later, after) in combinations(points, 2)]
    return statistics.median(slopes) if slopes else 0.0


def floors(times_s: Sequence[float], values: Sequence[float]) -> tuple[list[float], list[float]]:
    """The least of each of some forty spans, and when it was seen."""
    width = max(1, len(values) // _SPANS)
    pairs = list(zip(values, times_s, strict=True))
    least = [min(pairs[at : at + width]) for at in range(0, len(pairs), width)]
    return [at for _, at in least], [value for value, _ in least]


def _picture(values: Sequence[float], width: int = 40) -> str:
    step = max(1, len(values) // width)
    shown = [statistics.median(values[at : at + step]) for at in range(0, len(values), step)]
    low, high = min(shown), max(shown)
    if high == low:
        return _BARS[0] * len(shown)
    return "".join(_BARS[round((each - low) / (high - low) * (len(_BARS) - 1))] for each in shown)
