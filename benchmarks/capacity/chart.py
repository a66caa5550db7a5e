"""`helm template … | python -m capacity.chart`: whether the chart scales as simulated, and requests as assumed.

Reads manifests from standard input; prints each difference, and exits 1 if there is one.
"""

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml

from capacity.assumptions import PODS, Assumptions
from capacity.autoscaler.rules import Autoscaling, read
from capacity.autoscaler.scenes import AUTOSCALING

__all__ = ["differences", "quantity"]

_LEAST = (2, 3)
"""The floor of the rule, and production's."""
_FACTORS = {"": 1.0, "m": 1e-3, "k": 1e3, "M": 1e6, "G": 1e9, "Ki": 2.0**10, "Mi": 2.0**20, "Gi": 2.0**30}
_QUANTITY = re.compile(r"([0-9.]+)(m|k|M|G|Ki|Mi|Gi)?")
_NEAR = 0.02
"""The model counts in millions of bytes, and rounds."""


def differences(manifests: Iterable[Mapping[str, Any] | None]) -> list[str]:
    """Each difference as a sentence; that there is no autoscaler at all is one too."""
    found: list[str] = []
    autoscalers = 0
    for manifest in filter(None, manifests):
        name = manifest["metadata"]["name"]
        if manifest["kind"] == "HorizontalPodAutoscaler":
            autoscalers += 1
            found += [f"{name}: {told}" for told in _scaling(read(manifest))]
        elif manifest["kind"] == "Deployment":
            found += [f"{name}: {told}" for told in _requests(manifest)]
    return found if autoscalers else [*found, "there is no HorizontalPodAutoscaler"]


def quantity(text: str | float) -> float:
    """A number as Kubernetes writes it, such as 500m or 256Mi; ValueError for another."""
    match = _QUANTITY.fullmatch(str(text))
    if match is None:
        raise ValueError(f"{text} is no quantity")
    return float(match[1]) * _FACTORS[match[2] or ""]


def _scaling(told: Autoscaling) -> Iterator[str]:
    if told.least not in _LEAST or told.most != AUTOSCALING.most:
        yield f"{told.least} to {told.most} pods"
    values = {each.metric: each.value for each in told.targets if each.source == "resource"}
    if values != {each.metric: each.value for each in AUTOSCALING.targets if each.source == "resource"}:
        yield f"targets {values}"
    others = [each.value for each in told.targets if each.source != "resource"]
    if any(value != Assumptions().requests_per_s for value in others):
        yield f"{others} requests a second"
    for name, ours, theirs in (("up", AUTOSCALING.up, told.up), ("down", AUTOSCALING.down, told.down)):
        if (ours.window_s, ours.select, set(ours.policies)) != (theirs.window_s, theirs.select, set(theirs.policies)):
            yield f"scales {name} by {theirs}"


def _requests(deployment: Mapping[str, Any]) -> Iterator[str]:
    for container in deployment["spec"]["template"]["spec"]["containers"]:
        assumed = PODS.get(container["name"])
        if assumed is None:
            continue
        requested = container.get("resources", {}).get("requests", {})
        cores, memory = (quantity(requested.get(what, 0)) for what in ("cpu", "memory"))
        if not _is_near(cores, assumed.cores) or not _is_near(memory / 1e6, assumed.memory_mb):
            yield f"{container['name']} requests {cores:g} cores and {memory / 1e6:.0f} MB, not {assumed}"


def _is_near(value: float, wanted: float) -> bool:
    return abs(value - wanted) <= _NEAR * wanted


def main() -> int:
    """Compare what comes in."""
    found = differences(yaml.safe_load_all(sys.stdin))
    for each in found:
        print(each)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
