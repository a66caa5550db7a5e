"""How many pods one metric asks for: ceil(pods * metric / target), with care for pods that say little of the load.

replica_calculator.go: GetResourceReplicas, calcPlainMetricReplicas, GetExternalPerPodMetricReplicas, groupPods.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from capacity.autoscaler.rules import Target

__all__ = ["INITIAL_S", "Pod", "Sample", "recommended"]

INITIAL_S = 300.0
"""--horizontal-pod-autoscaler-cpu-initialization-period: so long a start may falsify what a pod uses."""
_WHOLE = 1.0
"""Of what it requests; a pod whose use is not known counts as that when others say that there are too many."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What one pod used of a metric, averaged over the window that ended then."""

    value: float
    at_s: float
    window_s: float


@dataclass(frozen=True, slots=True)
class Pod:
    """What the controller sees of a pod; without a sample its use is not known."""

    started_s: float
    ready_since_s: float | None
    pending: bool
    sample: Sample | None


def recommended(target: Target, pods: Sequence[Pod], *, current: int, now_s: float, tolerance: float) -> int | None:
    """Pods that would bring the metric to its target; None if nothing is known of any pod."""
    if target.source == "external":
        return _by_sum(target, pods, current=current, tolerance=tolerance)
    ignored = [pod for pod in pods if _is_ignored(pod, target, now_s)]
    missing = [pod for pod in pods if not pod.pending and pod.sample is None]
    told = [pod.sample.value for pod in pods if pod.sample is not None and pod not in ignored]
    if not told:
        return None
    ratio = _ratio(told, target)
    unready = len(ignored) if ratio > 1 else 0
    if not unready and not missing:
        return current if _is_near(ratio, tolerance) else math.ceil(ratio * len(told))
    # Doubt is resolved against the change: who says nothing idles when more are asked for, and is busy when fewer are.
    guessed = 0.0 if ratio >= 1 else (max(_WHOLE, target.value) if target.source == "resource" else target.value)
    filled = [*told, *(guessed for _ in missing), *(0.0 for _ in range(unready))]
    again = _ratio(filled, target)
    if _is_near(again, tolerance) or (ratio < 1 < again) or (again < 1 < ratio):
        return current
    wanted = math.ceil(again * len(filled))
    turns = (again < 1 and wanted > current) or (again > 1 and wanted < current)
    return current if turns else wanted


def _by_sum(target: Target, pods: Sequence[Pod], *, current: int, tolerance: float) -> int | None:
    told = [pod.sample.value for pod in pods if pod.sample is not None]
    if not told:
        return None
    ratio = sum(told) / (target.value * current)
    return current if _is_near(ratio, tolerance) else math.ceil(sum(told) / target.value)


def _is_ignored(pod: Pod, target: Target, now_s: float) -> bool:
    """Pending, or for CPU: not ready yet, or ready for less than the sample's window while its start is recent."""
    if pod.pending:
        return True
    if target.metric != "cpu" or pod.sample is None:
        return False
    if pod.ready_since_s is None:
        return True
    return now_s < pod.started_s + INITIAL_S and pod.sample.at_s < pod.ready_since_s + pod.sample.window_s


def _ratio(values: Sequence[float], target: Target) -> float:
    return sum(values) / (len(values) * target.value)


def _is_near(ratio: float, tolerance: float) -> bool:
    return abs(1 - ratio) <= tolerance
