"""Loads that an autoscaler is put to: requests a second, by the second."""

import math
import random
from collections.abc import Callable, Sequence

__all__ = ["Load", "burst", "ramp", "steady", "step", "waves", "with_noise"]

Load = Callable[[float], float]
"""Seconds since the start → requests a second."""


def steady(rate: float) -> Load:
    return lambda _: rate


def step(before: float, after: float, *, at_s: float) -> Load:
    """From one rate to another at once."""
    return lambda t: after if t >= at_s else before


def ramp(before: float, after: float, *, from_s: float, to_s: float) -> Load:
    """From one rate to another along a straight line."""

    def rate(t: float) -> float:
        share = min(1.0, max(0.0, (t - from_s) / (to_s - from_s)))
        return before + share * (after - before)

    return rate


def burst(base: float, peak: float, *, at_s: float, lasts_s: float) -> Load:
    """Up at once, and down again."""
    return lambda t: peak if at_s <= t < at_s + lasts_s else base


def waves(low: float, high: float, *, period_s: float) -> Load:
    """Up and down for ever."""
    middle, half = (low + high) / 2, (high - low) / 2
    return lambda t: middle - half * math.cos(2 * math.pi * t / period_s)


def with_noise(load: Load, *, share: float, seed: int) -> Load:
    """The same, each second off by up to this share of it."""
    chance = random.Random(seed)  # noqa: S311 - the same again from its seed
    factors: Sequence[float] = [1 + share * (2 * chance.random() - 1) for _ in range(4_096)]
    return lambda t: load(t) * factors[int(t) % len(factors)]
