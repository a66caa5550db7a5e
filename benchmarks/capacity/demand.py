"""From builds a day to what is asked in the busiest minute."""

from dataclasses import dataclass

from capacity.assumptions import Assumptions
from capacity.costs import Costs

__all__ = ["DAY_S", "Demand", "demand"]

DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Demand:
    """At the peak, in a second."""

    builds_a_day: float
    builds: float
    reads: float
    requests: float
    """All of them, those of the builds included."""


def demand(builds_a_day: float, costs: Costs, assumed: Assumptions, *, reads_per_s: float = 0.0) -> Demand:
    """`reads_per_s` are looks of programs that poll, beside those of the makers; ValueError for less than nothing."""
    if builds_a_day < 0 or reads_per_s < 0:
        raise ValueError("nobody asks for less than nothing")
    builds = builds_a_day / DAY_S * assumed.peak
    reads = builds * assumed.looks + reads_per_s
    return Demand(builds_a_day, builds, reads, builds * costs.requests + reads)
