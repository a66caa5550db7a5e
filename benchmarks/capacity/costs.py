"""What things cost, as `make bench-capacity` measured them on the product as it runs in production."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

__all__ = ["FILE", "SERVICES", "Costs", "Cpu", "Database", "load", "save"]

FILE = Path(__file__).parent / "costs.json"
SERVICES = ("edge", "gateway", "generator", "brain", "audit")
"""What runs in pods."""


@dataclass(frozen=True, slots=True)
class Cpu:
    """Seconds of one core."""

    idle: float
    """In a second, of one instance that nobody asks anything."""
    build: float
    """For one build: the request, its events to the end, a look at it, the download, and all that the build calls."""
    read: float
    """For one look at a build or a list."""


@dataclass(frozen=True, slots=True)
class Database:
    """PostgreSQL, for one build, and for all instances together; both databases."""

    builds_bytes: float
    audit_bytes: float
    """What stays, indexes included."""
    wal_bytes: float
    commits: float
    rows_written: float
    """Inserted, updated and deleted."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Everything that was measured."""

    cpu: Mapping[str, Cpu]
    """By service, and of `postgres` and `redis`; balancers stand with the service that they are beside."""
    memory_mb: Mapping[str, float]
    """The most that one instance used, with the compilers that it ran."""
    database: Database
    redis_bytes: float
    """For one build's results."""
    artifact_bytes: float
    """For one build."""
    audit_events: float
    """For one build."""
    requests: float
    """To the edge, for one build."""
    off_by: Mapping[str, float]
    """How far the model was from what a mixture of both cost, as a share of it."""
    measured: Mapping[str, float | str]
    """How much was done, and on what."""

    def correction(self, name: str) -> float:
        """What the model's CPU is to be multiplied with, so that it does not say less than the mixture took."""
        return max(1.0, 1 / (1 + self.off_by.get(name, 0.0)))


def load(file: Path = FILE) -> Costs:
    """The measured costs; ValueError or KeyError if it is no file of them."""
    told: dict[str, Any] = json.loads(file.read_text())
    cpu = {name: Cpu(**each) for name, each in told.pop("cpu").items()}
    return Costs(cpu=cpu, database=Database(**told.pop("database")), **told)


def save(costs: Costs, file: Path = FILE) -> None:
    """Three digits say all that such a measurement knows."""
    file.write_text(json.dumps(_rounded(asdict(costs)), indent=2) + "\n")


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.3g}")
    if isinstance(value, Mapping):
        return {name: _rounded(each) for name, each in value.items()}
    return value
