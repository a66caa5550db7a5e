"""The loads that the chart's autoscalers are put to, and what is promised of each."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from capacity.assumptions import Assumptions, Pod
from capacity.autoscaler.cluster import Costs, Timing
from capacity.autoscaler.loads import Load, burst, ramp, steady, step, waves, with_noise
from capacity.autoscaler.rules import Autoscaling, Behaviour, Policy, Target
from capacity.autoscaler.simulation import Course, run

__all__ = ["AUTOSCALING", "SCENES", "SETTLES_S", "Scene", "Verdict", "costs_of", "judged"]

SETTLES_S = 60.0
_PHASES_S = range(0, 15, 3)
"""Nobody knows how a load falls between two looks of the controller: the worst counts."""
_AT_S = 300
_ASSUMED = Assumptions()

AUTOSCALING = Autoscaling(
    _ASSUMED.least,
    _ASSUMED.most,
    (
        Target("cpu", _ASSUMED.cpu_share),
        Target("memory", _ASSUMED.memory_share),
        Target("requests", _ASSUMED.requests_per_s, "pods"),
    ),
    up=Behaviour(0, (Policy("Percent", 100, 15), Policy("Pods", 4, 15))),
    down=Behaviour(300, (Policy("Percent", 25, 60), Policy("Pods", 1, 60))),
)
"""As the chart has it: growing as Kubernetes does by default, shrinking late and slowly."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A load that turns or steps `changes` times; after the last change it is as it stays."""

    name: str
    load: Callable[[int], Load]
    """By when it changes first."""
    lasts_s: int
    changes: int
    settled_after_s: int
    """From the first change until the last has been made."""
    may_settle: bool = True


SCENES: Sequence[Scene] = (
    Scene("step, two pods' worth to seven", lambda at: step(150, 700, at_s=at), 1_500, 1, 0),
    Scene("step, beyond the most", lambda at: step(150, 2_500, at_s=at), 1_500, 1, 0),
    Scene("step down", lambda at: step(900, 150, at_s=at), 3_000, 1, 0),
    Scene("ramp of five minutes", lambda at: ramp(150, 900, from_s=at, to_s=at + 300), 1_800, 1, 300),
    Scene("burst of one minute", lambda at: burst(150, 800, at_s=at, lasts_s=60), 3_000, 2, 60),
    Scene("steady, ±8 % noise", lambda _: with_noise(steady(480), share=0.08, seed=1), 3_600, 0, 0),
    Scene("waves of two minutes", lambda _: waves(200, 800, period_s=120), 3_600, 0, 0, may_settle=False),
    Scene("waves of twenty minutes", lambda _: waves(200, 800, period_s=1_200), 3_600, 6, 0, may_settle=False),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The worst of all phases."""

    scene: Scene
    served_s: float
    """Until enough pods were ready for good."""
    turns: int
    fewest: int
    most: int
    refused: float
    """Share of all requests."""
    shown: Course

    def faults(self, told: Autoscaling) -> Iterator[str]:
        """Each promise that was broken."""
        if self.scene.may_settle and self.served_s > SETTLES_S:
            yield f"{self.scene.name}: enough pods after {self.served_s:g} s"
        # Once up and once down for each change is following it; more is flapping.
        if self.turns > self.scene.changes:
            yield f"{self.scene.name}: turned {self.turns} times"
        if self.fewest < told.least or self.most > told.most:
            yield f"{self.scene.name}: {self.fewest} to {self.most} pods"


def costs_of(cpu_s: float, pod: Pod, memory_mb: float) -> Costs:
    """Of one request to a pod that may use twice the cores that it requests."""
    return Costs(cpu_s, pod.cores, 2 * pod.cores, memory_mb / pod.memory_mb)


def judged(scene: Scene, told: Autoscaling, costs: Costs, timing: Timing) -> Verdict:
    """The scene, with the change at each point between two looks."""
    courses = [
        (at, run(told, costs, scene.load(at), seconds=scene.lasts_s, timing=timing, phase_s=phase))
        for phase in _PHASES_S
        for at in range(_AT_S, _AT_S + 15, 4)
    ]
    served = [course.served_s(since_s=at + scene.settled_after_s) for at, course in courses]
    pods = [moment.pods for _, course in courses for moment in course.moments]
    return Verdict(
        scene,
        max(served),
        max(course.turns for _, course in courses),
        min(pods),
        max(pods),
        max(course.refused / course.asked for _, course in courses),
        courses[served.index(max(served))][1],
    )
