"""Reads the meters of everything that runs: processor time, memory, tables, keys, files."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

import psutil

from tests.drills.product import Product
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis

__all__ = ["Meters", "Stored"]

_MB = 1e6
_EVERY_S = 0.1


@dataclass(frozen=True, slots=True)
class Stored:
    """What lies in the stores, and what was ever written to them."""

    at_s: float
    builds: float
    builds_bytes: float
    audit_bytes: float
    wal_bytes: float
    commits: float
    rows_written: float
    audit_events: float
    redis_bytes: float
    artifact_bytes: float

    def per_build(self, before: "Stored", idle: "Stored") -> "Stored":
        """What came since `before` for each build that came, without what comes by itself, as it did since `idle`."""
        builds = self.builds - before.builds
        longer = (self.at_s - before.at_s) / (before.at_s - idle.at_s)
        return Stored(
            *(
                (getattr(self, name) - getattr(before, name) * (1 + longer) + getattr(idle, name) * longer) / builds
                for name in (each.name for each in fields(Stored))
            )
        )


@dataclass(slots=True)
class Meters:
    """Of one product with its Postgres and its Redis."""

    running: Product
    postgres: Postgres
    redis: Redis
    memory_mb: dict[str, float] = field(default_factory=dict)
    """The most that an instance used, by service."""

    def cpu_s(self) -> Mapping[str, float]:
        """Of all instances of each since they started, their ended children included."""
        return {name: sum(_cpu_s(pid) for pid in pids) for name, pids in self._pids().items()}

    async def watch_memory(self, over: asyncio.Event) -> None:
        """Keep the most; a compiler lives for a tenth of a second."""
        while not over.is_set():
            for name, pids in self._pods().items():
                most = max(_memory_mb(pid) for pid in pids)
                self.memory_mb[name] = max(self.memory_mb.get(name, 0.0), most)
            await asyncio.sleep(_EVERY_S)

    def stored(self) -> Stored:
        """After a checkpoint, so that what was written stands in files."""
        builds = self.running.services.builds_url.rpartition("/")[2].partition("?")[0]
        (audit,) = (name for name in self._databases() if name != builds)
        # Statistics of a session are told a second late; a vacuum brings sizes to what stays.
        for name in (builds, audit):
            self.postgres.execute("VACUUM ANALYZE", database=name)
        self.postgres.execute("CHECKPOINT")
        (made,) = self._numbers("SELECT count(*) FROM builds", database=builds)
        (told,) = self._numbers("SELECT count(*) FROM audit_entries", database=audit)
        sizes = self._numbers(f"SELECT pg_database_size('{builds}'), pg_database_size('{audit}')")
        (wal,) = self._numbers("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')")
        commits, rows = self._numbers(
            "SELECT sum(xact_commit), sum(tup_inserted + tup_updated + tup_deleted) FROM pg_stat_database"
            f" WHERE datname IN ('{builds}', '{audit}')"
        )
        return Stored(
            at_s=time.monotonic(),
            builds=made,
            builds_bytes=sizes[0],
            audit_bytes=sizes[1],
            wal_bytes=wal,
            commits=commits,
            rows_written=rows,
            audit_events=told,
            redis_bytes=float(self.redis.ask("INFO", "memory")["used_memory"]),
            artifact_bytes=float(sum(file.stat().st_size for file in self._artifacts())),
        )

    def _artifacts(self) -> Iterable[Path]:
        return (each for each in (self.running.services.folder / "artifacts").rglob("*") if each.is_file())

    def _databases(self) -> list[str]:
        listed = "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres'"
        return self.postgres.execute(listed).split()

    def _numbers(self, sql: str, *, database: str = "postgres") -> list[float]:
        row = self.postgres.execute(sql, database=database).strip().splitlines()[-1]
        return [float(each) for each in row.split("|")]

    def _pods(self) -> Mapping[str, list[int]]:
        """By service, the processes of its instances."""
        pods = {name: [each.pid for each in instances] for name, instances in self.running.instances.items()}
        return pods | {"edge": [self.running.edge.process.pid]}

    def _pids(self) -> Mapping[str, list[int]]:
        """The same, with the balancers beside them and the stores."""
        pids = {name: [*pods] for name, pods in self._pods().items()}
        for name, balancer in self.running.balancers.items():
            pids[name].append(balancer.process.pid)
        postmaster = psutil.Process(self.postgres.pid)
        pids["postgres"] = [postmaster.pid, *(each.pid for each in postmaster.children())]
        pids["redis"] = [self.redis.process.pid]
        return pids


def _cpu_s(pid: int) -> float:
    try:
        times = psutil.Process(pid).cpu_times()
    except psutil.NoSuchProcess:
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


def _memory_mb(pid: int) -> float:
    """With its children; what they share is counted once for each, which is on the safe side."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    total = 0.0
    for each in family:
        try:
            total += each.memory_info().rss / _MB
        except psutil.NoSuchProcess:
            continue
    return total
