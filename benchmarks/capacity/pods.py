"""How many pods of each service, and which of the autoscaler's targets decides."""

import math
from dataclasses import dataclass

from capacity.assumptions import Assumptions
from capacity.costs import SERVICES, Costs
from capacity.demand import Demand

__all__ = ["Pods", "pods"]

_FACING = ("edge", "gateway")
"""Those that every request goes through; who stands behind is scaled by what it uses."""


@dataclass(frozen=True, slots=True)
class Pods:
    """Of one service."""

    service: str
    needed: int
    """May be more than the autoscaler is allowed."""
    decides: str
    cores: float
    """Used by all of them at the peak."""
    too_full: bool
    """Whether one pod takes more memory than the target allows, which no number of pods cures."""


def pods(asked: Demand, costs: Costs, assumed: Assumptions) -> list[Pods]:
    """For each service."""
    return [_pods(service, asked, costs, assumed) for service in SERVICES]


def _pods(service: str, asked: Demand, costs: Costs, assumed: Assumptions) -> Pods:
    cpu, pod = costs.cpu[service], assumed.pods[service]
    busy = (cpu.build * asked.builds + cpu.read * asked.reads) * costs.correction(service)
    # Each pod spends something on being there, which is lost to work.
    room = pod.cores * assumed.cpu_share - cpu.idle
    if room <= 0:
        raise ValueError(f"a pod of {service} idles away all that it requests")
    wanted = {"the least": assumed.least, "CPU": math.ceil(busy / room)}
    if service in _FACING:
        wanted["requests"] = math.ceil(asked.requests / assumed.requests_per_s)
    decides = max(wanted, key=lambda name: wanted[name])
    needed = wanted[decides]
    # The autoscaler holds still within its tolerance of a tenth.
    too_full = costs.memory_mb[service] > pod.memory_mb * assumed.memory_share * 1.1
    return Pods(service, needed, decides, busy + cpu.idle * needed, too_full)
