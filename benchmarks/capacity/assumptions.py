"""What the model cannot measure: how people behave, and how much room is left. Each can be another one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

__all__ = ["PODS", "Assumptions", "Pod"]


@dataclass(frozen=True, slots=True)
class Pod:
    """What one pod requests, as the chart has it: cores and megabytes (10^6 bytes)."""

    cores: float
    memory_mb: float


PODS: Mapping[str, Pod] = MappingProxyType(
    {
        "edge": Pod(0.5, 268.4),
        "gateway": Pod(0.5, 268.4),
        "generator": Pod(1.0, 805.3),
        "brain": Pod(0.25, 268.4),
        "audit": Pod(0.25, 268.4),
    }
)


@dataclass(frozen=True, slots=True)
class Assumptions:
    """The parameters of `make capacity`."""

    peak: float = 5.0
    """The busiest minute of a day, as a multiple of its mean: most people work in the same eight hours."""
    looks: float = 2.0
    """Looks at builds and lists with each build, beside those that a build needs itself."""
    pods: Mapping[str, Pod] = field(default_factory=lambda: PODS)
    cpu_share: float = 0.7
    memory_share: float = 0.8
    requests_per_s: float = 100.0
    """The autoscaler's targets for a pod: of the cores and of the memory that it requests, and of requests."""
    least: int = 2
    most: int = 10
    """The autoscaler's bounds for each service."""
    days: float = 90.0
    """How long builds are kept (`pcf-generator retain`)."""
    audit_days: float = 365.0
    """How long the audit log stays in the database; its exports stay longer."""
    hot_days: float = 1.0
    """How much of the database is to be in memory: people look at what they have just built."""
    database_share: float = 0.5
    """Of the database's cores, at the peak: a standby that takes over must not be slower, and vacuum works beside."""
    cached_days: float = 1.0
    """How long Redis keeps a result (PCF_GENERATOR_CACHE_TTL_S)."""
    pool: int = 10
    """Connections of an instance for its work (PCF_GENERATOR_DATABASE_POOL); each takes one more to listen on."""
