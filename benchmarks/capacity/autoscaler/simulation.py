"""Load, pods and controller together, second by second."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from capacity.autoscaler.cluster import Cluster, Costs, Timing
from capacity.autoscaler.controller import SYNC_S, Controller
from capacity.autoscaler.loads import Load
from capacity.autoscaler.rules import Autoscaling

__all__ = ["Course", "Moment", "needed", "run"]

_USUAL = Timing()
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Moment:
    """One second."""

    at_s: int
    rate: float
    pods: int
    ready: int
    needed: int
    """So few that no target is missed by more than what is tolerated."""
    refused: float
    backlog: float


@dataclass(frozen=True, slots=True)
class Course:
    """What became of a load."""

    moments: Sequence[Moment]

    @property
    def changes(self) -> Sequence[tuple[int, int]]:
        """When the number of pods changed, and by how many."""
        pairs = pairwise(self.moments)
        return [(after.at_s, after.pods - before.pods) for before, after in pairs if after.pods != before.pods]

    @property
    def turns(self) -> int:
        """How often the number of pods went the other way than the time before."""
        return sum((a > 0) != (b > 0) for (_, a), (_, b) in pairwise(self.changes))

    @property
    def asked(self) -> float:
        """Requests in all."""
        return sum(moment.rate for moment in self.moments)

    @property
    def refused(self) -> float:
        """Of these."""
        return sum(moment.refused for moment in self.moments)

    def served_s(self, *, since_s: int) -> float:
        """Seconds from there until enough pods are ready, and stay so to the end; infinite if they never are."""
        after = [moment for moment in self.moments if moment.at_s >= since_s]
        short = [moment.at_s for moment in after if moment.ready < moment.needed]
        if not short:
            return 0.0
        return math.inf if short[-1] == after[-1].at_s else short[-1] + 1.0 - since_s


def run(
    told: Autoscaling, costs: Costs, load: Load, *, seconds: int, timing: Timing | None = None, phase_s: int = 0
) -> Course:
    """From the pods that the first second needs; the controller looks `phase_s` after the samples are taken."""
    timing = timing or Timing()
    controller = Controller(told)
    cluster = Cluster(costs, timing)
    cluster.begin(needed(told, costs, load(0), tolerance=0.0), load(0))
    moments = []
    for now in range(seconds):
        cluster.serve(now, load(now))
        cluster.look(now)
        if now % SYNC_S == phase_s % SYNC_S:
            pods = {target.metric: cluster.known(target.metric, now) for target in told.targets}
            cluster.scale(controller.decide(now, cluster.size, pods), now)
        enough = needed(told, costs, load(now), tolerance=told.tolerance)
        moments.append(
            Moment(now, load(now), cluster.size, cluster.ready(now), enough, cluster.refused, cluster.backlog)
        )
    return Course(moments)


def needed(told: Autoscaling, costs: Costs, rate: float, *, tolerance: float) -> int:
    """The fewest pods at which no target is missed by more than that; the most that are allowed if there are none."""
    for pods in range(told.least, told.most):
        used = {"cpu": rate / pods * costs.cpu_s / costs.requested_cores, "memory": costs.memory_share}
        allowed = 1 + tolerance + _ROUNDING
        if all(used.get(target.metric, rate / pods) <= target.value * allowed for target in told.targets):
            return pods
    return told.most
