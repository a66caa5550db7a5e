"""From builds a day to all that they need."""

from collections.abc import Sequence
from dataclasses import dataclass

from capacity.assumptions import Assumptions
from capacity.costs import Costs
from capacity.demand import Demand, demand
from capacity.pods import Pods, pods
from capacity.stores import Stores, stores

__all__ = ["USUAL", "Answer", "answer"]

USUAL = (10.0, 1_000.0, 1_000_000.0)


@dataclass(frozen=True, slots=True)
class Answer:
    """For one number of builds a day."""

    demand: Demand
    pods: Sequence[Pods]
    stores: Stores
    most: int

    def of(self, service: str) -> Pods:
        return next(each for each in self.pods if each.service == service)


def answer(builds_a_day: float, costs: Costs, assumed: Assumptions, *, reads_per_s: float = 0.0) -> Answer:
    """What so many builds need."""
    asked = demand(builds_a_day, costs, assumed, reads_per_s=reads_per_s)
    running = pods(asked, costs, assumed)
    return Answer(asked, running, stores(asked, running, costs, assumed), assumed.most)
