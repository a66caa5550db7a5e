"""Pods that share a load and are looked at now and then, as metrics-server and Prometheus look at them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count

from capacity.autoscaler.recommendation import Pod, Sample

__all__ = ["Cluster", "Costs", "Timing"]


@dataclass(frozen=True, slots=True)
class Costs:
    """Of one pod."""

    cpu_s: float
    """For each request."""
    requested_cores: float
    limit_cores: float
    memory_share: float
    """Of what it requests, whatever the load."""
    queued: bool = False
    """Whether what cannot be done now is done later; what is not queued is refused."""

    @property
    def most_per_s(self) -> float:
        """Requests that a pod can answer in a second."""
        return self.limit_cores / self.cpu_s


@dataclass(frozen=True, slots=True)
class Timing:
    """How long things take, in seconds."""

    pending_s: float = 2.0
    """Until a node has the container running; its image is there already."""
    starting_s: float = 8.0
    """From then to the first request: the start itself, the readiness probe, the endpoints that are told."""
    resolution_s: int = 15
    """Between two looks at CPU and memory: metrics-server's --metric-resolution."""
    scraped_s: int = 5
    """Between two looks at requests: Prometheus' scrape interval."""
    rate_s: int = 15
    """The window of the query for requests a second."""
    delivered_s: float = 1.0
    """Until a sample can be asked for."""


@dataclass(slots=True)
class _Running:
    number: int
    created_s: float
    used_cpu_s: float = 0.0
    answered: float = 0.0
    seen_cpu_s: list[tuple[float, float]] = field(default_factory=list)
    seen_answered: list[tuple[float, float]] = field(default_factory=list)
    """When, and how much until then."""


@dataclass(slots=True)
class Cluster:
    """The pods of one service."""

    costs: Costs
    timing: Timing
    backlog: float = 0.0
    refused: float = 0.0
    """In the last second."""
    _pods: list[_Running] = field(default_factory=list)
    _numbers: "count[int]" = field(default_factory=count)

    @property
    def size(self) -> int:
        return len(self._pods)

    def begin(self, pods: int, rate: float) -> None:
        """So many pods that have done their share of this for long."""
        self._pods = [_Running(next(self._numbers), -10_000.0) for _ in range(pods)]
        for second in range(-2 * self.timing.rate_s, 0):
            self.serve(second, rate)
            self.look(second)

    def scale(self, wanted: int, now_s: float) -> None:
        """New pods begin; the youngest leave at once."""
        del self._pods[wanted:]
        self._pods += [_Running(next(self._numbers), now_s) for _ in range(wanted - self.size)]

    def ready(self, now_s: float) -> int:
        return len(self._ready(now_s))

    def serve(self, now_s: float, rate: float) -> None:
        """One second of the load, shared among those that are ready."""
        ready = self._ready(now_s)
        asked = rate + self.backlog
        done = min(asked, len(ready) * self.costs.most_per_s)
        self.backlog = asked - done if self.costs.queued else 0.0
        self.refused = 0.0 if self.costs.queued else asked - done
        for pod in ready:
            pod.answered += done / len(ready)
            pod.used_cpu_s += done / len(ready) * self.costs.cpu_s

    def look(self, now_s: int) -> None:
        """Take the samples of every pod that runs which are due."""
        running = [pod for pod in self._pods if now_s >= pod.created_s + self.timing.pending_s]
        for pod in running:
            if now_s % self.timing.resolution_s == 0:
                pod.seen_cpu_s.append((now_s, pod.used_cpu_s))
            if now_s % self.timing.scraped_s == 0:
                pod.seen_answered.append((now_s, pod.answered))

    def known(self, metric: str, now_s: float) -> Sequence[Pod]:
        """What the controller is told of each pod."""
        return [self._known(pod, metric, now_s) for pod in self._pods]

    def _known(self, pod: _Running, metric: str, now_s: float) -> Pod:
        runs_s = pod.created_s + self.timing.pending_s
        ready_s = runs_s + self.timing.starting_s
        return Pod(
            started_s=runs_s,
            ready_since_s=ready_s if now_s >= ready_s else None,
            pending=now_s < runs_s,
            sample=self._sample(pod, metric, now_s - self.timing.delivered_s),
        )

    def _sample(self, pod: _Running, metric: str, until_s: float) -> Sample | None:
        """The newest that has been delivered until then."""
        if metric == "cpu":
            used = _rate([each for each in pod.seen_cpu_s if each[0] <= until_s][-2:])
            return used and Sample(used.value / self.costs.requested_cores, used.at_s, used.window_s)
        if metric == "memory":
            return Sample(self.costs.memory_share, until_s, 0.0) if pod.seen_cpu_s else None
        return _rate([each for each in pod.seen_answered if until_s - self.timing.rate_s <= each[0] <= until_s])

    def _ready(self, now_s: float) -> Sequence[_Running]:
        within_s = self.timing.pending_s + self.timing.starting_s
        return [pod for pod in self._pods if now_s >= pod.created_s + within_s]


def _rate(seen: Sequence[tuple[float, float]]) -> Sample | None:
    """From the first to the last of what was seen, which must be two at least."""
    if len(seen) < 2:
        return None
    (began, before), (ended, after) = seen[0], seen[-1]
    return Sample((after - before) / (ended - began), ended, ended - began)
