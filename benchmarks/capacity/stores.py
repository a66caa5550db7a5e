"""Sizes of PostgreSQL and Redis, and what S3 takes."""

from collections.abc import Sequence
from dataclasses import dataclass

from capacity.assumptions import Assumptions
from capacity.costs import Costs
from capacity.demand import Demand
from capacity.pods import Pods

__all__ = ["CACHES", "DATABASES", "Class", "Stores", "stores"]

_GB = 1e9
_CONNECTION_GB = 0.01
"""A backend with its caches."""
_FLOOR_GB = 1.0
"""The system and PostgreSQL itself."""
_OVERHEAD = 1.5
"""Of Redis: fragmentation, and room to copy for a replica."""
_WITH_DATABASE = ("gateway", "generator", "audit")


@dataclass(frozen=True, slots=True)
class Class:
    """An instance that can be had, as AWS names them; others are alike."""

    name: str
    cores: int
    memory_gb: float


DATABASES: Sequence[Class] = (
    Class("db.t4g.small", 2, 2),
    Class("db.t4g.medium", 2, 4),
    Class("db.m7g.large", 2, 8),
    Class("db.r7g.large", 2, 16),
    Class("db.r7g.xlarge", 4, 32),
    Class("db.r7g.2xlarge", 8, 64),
    Class("db.r7g.4xlarge", 16, 128),
    Class("db.r7g.8xlarge", 32, 256),
    Class("db.r7g.16xlarge", 64, 512),
)
CACHES: Sequence[Class] = (
    Class("cache.t4g.micro", 2, 0.5),
    Class("cache.t4g.small", 2, 1.37),
    Class("cache.t4g.medium", 2, 3.09),
    Class("cache.r7g.large", 2, 13.07),
    Class("cache.r7g.xlarge", 4, 26.32),
    Class("cache.r7g.2xlarge", 8, 52.82),
    Class("cache.r7g.4xlarge", 16, 105.81),
)


@dataclass(frozen=True, slots=True)
class Stores:
    """What is needed, and the smallest class that has it; None if none has."""

    database: Class | None
    database_cores: float
    database_memory_gb: float
    disk_gb: float
    """When the oldest that is kept is as old as it gets."""
    commits: float
    wal_mb: float
    """In a second, at the peak."""
    connections: int
    cache: Class | None
    cache_memory_gb: float
    artifacts_gb: float


def stores(asked: Demand, running: Sequence[Pods], costs: Costs, assumed: Assumptions) -> Stores:
    """For all pods together."""
    per_build, cpu = costs.database, costs.cpu["postgres"]
    busy = cpu.idle + (cpu.build * asked.builds + cpu.read * asked.reads) * costs.correction("postgres")
    cores = busy / assumed.database_share
    connections = sum(each.needed for each in running if each.service in _WITH_DATABASE) * (assumed.pool + 1)
    a_day = per_build.builds_bytes + per_build.audit_bytes
    hot = asked.builds_a_day * a_day * assumed.hot_days / _GB
    memory = _FLOOR_GB + connections * _CONNECTION_GB + hot
    kept = per_build.builds_bytes * assumed.days + per_build.audit_bytes * assumed.audit_days
    cached = asked.builds_a_day * costs.redis_bytes * assumed.cached_days / _GB * _OVERHEAD
    return Stores(
        database=_smallest(DATABASES, cores, memory),
        database_cores=cores,
        database_memory_gb=memory,
        disk_gb=asked.builds_a_day * kept / _GB,
        commits=per_build.commits * asked.builds,
        wal_mb=per_build.wal_bytes * asked.builds / 1e6,
        connections=connections,
        cache=_smallest(CACHES, 0.0, cached),
        cache_memory_gb=cached,
        artifacts_gb=asked.builds_a_day * costs.artifact_bytes * assumed.days / _GB,
    )


def _smallest(classes: Sequence[Class], cores: float, memory_gb: float) -> Class | None:
    return next((each for each in classes if each.cores >= cores and each.memory_gb >= memory_gb), None)
