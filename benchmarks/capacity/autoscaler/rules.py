"""What an autoscaler is told: between how many pods, by which targets, how fast. As autoscaling/v2 has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

__all__ = ["DOWN", "UP", "Autoscaling", "Behaviour", "Policy", "Target", "read"]

Select = Literal["Max", "Min", "Disabled"]


@dataclass(frozen=True, slots=True)
class Policy:
    """How many pods, or how many of a hundred, may be added or taken in a period."""

    kind: Literal["Pods", "Percent"]
    value: int
    period_s: int


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One direction. The safest recommendation of the window counts; `select` says which of the policies."""

    window_s: int
    policies: Sequence[Policy]
    select: Select = "Max"


UP = Behaviour(0, (Policy("Percent", 100, 15), Policy("Pods", 4, 15)))
DOWN = Behaviour(300, (Policy("Percent", 100, 15),))
"""What Kubernetes does where nothing is said."""


@dataclass(frozen=True, slots=True)
class Target:
    """A metric that is to be held at a value.

    A resource's is a share of what pods request; that of others is the average of a pod, told pod by pod (`pods`) or
    as the sum of all (`external`, which is how KEDA has it).
    """

    metric: str
    value: float
    source: Literal["resource", "pods", "external"] = "resource"


@dataclass(frozen=True, slots=True)
class Autoscaling:
    """All that one autoscaler is told."""

    least: int
    most: int
    targets: Sequence[Target]
    up: Behaviour = field(default=UP)
    down: Behaviour = field(default=DOWN)
    tolerance: float = 0.1
    """By so much a metric may miss its target before anything is done: 10 % in every cluster by default."""


def read(manifest: Mapping[str, Any]) -> Autoscaling:
    """What a HorizontalPodAutoscaler of autoscaling/v2 says; a metric of another kind than ours is a ValueError."""
    told = manifest["spec"]
    behaviour = told.get("behavior", {})
    return Autoscaling(
        told.get("minReplicas", 1),
        told["maxReplicas"],
        tuple(_target(each) for each in told["metrics"]),
        _behaviour(behaviour.get("scaleUp", {}), UP),
        _behaviour(behaviour.get("scaleDown", {}), DOWN),
    )


def _target(metric: Mapping[str, Any]) -> Target:
    match metric:
        case {"type": "Resource", "resource": {"name": name, "target": {"averageUtilization": percent}}}:
            return Target(name, percent / 100)
        case {"type": "Pods", "pods": {"metric": {"name": name}, "target": {"averageValue": value}}}:
            return Target(name, float(value), "pods")
        case {"type": "External", "external": {"metric": {"name": name}, "target": {"averageValue": value}}}:
            return Target(name, float(value), "external")
    raise ValueError(f"no metric that is simulated: {metric}")


def _behaviour(told: Mapping[str, Any], default: Behaviour) -> Behaviour:
    policies = tuple(Policy(each["type"], each["value"], each["periodSeconds"]) for each in told.get("policies", ()))
    return Behaviour(
        told.get("stabilizationWindowSeconds", default.window_s),
        policies or default.policies,
        told.get("selectPolicy", default.select),
    )
