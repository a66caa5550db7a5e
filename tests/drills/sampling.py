"""Looks at everything that runs: memory, files, threads, connections, tables, logs."""

import asyncio
import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import psutil

from tests.drills.product import Product
from tests.drills.trend import Series, floors

__all__ = ["Sampler"]

_MB = 1024 * 1024
_MEMORY = "RSS MB"
_ALLOWED = {_MEMORY: 3.0, "open files": 2.0, "threads": 1.0, "connections": 2.0, "rows": 60.0, "MB": 1.0}
"""Growth in an hour, by unit. With some ten thousand builds an hour, 300 bytes of memory for each would be seen, and a
file, thread or connection for one in ten thousand."""
_STEPS = {_MEMORY: 0.9, "open files": 0.9, "threads": 0.9, "connections": 0.9, "rows": 10.0, "MB": 0.1}
"""What each moves by in any case: one, or what an allocator asks for at a time."""
_TABLES = {
    "outbox": "SELECT count(*) FROM outbox",
    "undeliverable": "SELECT count(*) FROM undeliverable",
    "builds that wait": "SELECT count(*) FROM builds WHERE state = 'queued'",
    "builds under way": "SELECT count(*) FROM builds WHERE state = 'running'",
}
_BACKENDS = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
_GROWS_WITH_WORK = ("edge.log", "artifacts")
"""An access log, and what was built."""


@dataclass(slots=True)
class Sampler:
    """Keeps a series of each thing, by its name and unit."""

    running: Product
    builds_url: str
    folders: tuple[Path, ...]
    _began: float = field(default_factory=time.monotonic)
    _times: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    _values: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))

    async def sample_until(self, over: asyncio.Event, *, every_s: float) -> None:
        """Looks again and again."""
        connection = await asyncpg.connect(self.builds_url)
        try:
            while not over.is_set():
                seen = self._processes() | self._files() | await _tables(connection)
                at = time.monotonic() - self._began
                for key, value in seen.items():
                    self._times[key].append(at)
                    self._values[key].append(value)
                await asyncio.sleep(every_s)
        finally:
            await connection.close()

    def series(self, *, since_s: float) -> list[Series]:
        """What was seen after the warm-up."""
        found = []
        for (name, unit), times in sorted(self._times.items()):
            first = next((number for number, at in enumerate(times) if at >= since_s), len(times))
            values = self._values[name, unit]
            if len(times) - first > 1:
                shown = times[first:], values[first:]
                # Memory goes up and down as garbage is collected; what is never given back shows at the bottom.
                at, seen = floors(*shown) if unit == _MEMORY else shown
                found.append(Series(f"{name}: {unit}", _ALLOWED[unit], _STEPS[unit], at, seen))
        return found

    def _processes(self) -> dict[tuple[str, str], float]:
        seen: dict[tuple[str, str], float] = {}
        for name, pid in self._pids().items():
            process = psutil.Process(pid)
            with process.oneshot():
                seen[name, _MEMORY] = process.memory_info().rss / _MB
                seen[name, "threads"] = process.num_threads()
            seen[name, "open files"] = process.num_fds()
            seen[name, "connections"] = len(process.net_connections())
        return seen

    def _pids(self) -> Mapping[str, int]:
        pids = {
            f"{name} {number}": each.pid
            for name, instances in self.running.instances.items()
            for number, each in enumerate(instances, start=1)
        }
        beside = {f"balancer of {name}": each.process.pid for name, each in self.running.balancers.items()}
        return pids | beside | {"edge": self.running.edge.process.pid}

    def _files(self) -> dict[tuple[str, str], float]:
        """Logs, and whatever else a service leaves in its folder."""
        found = [
            each
            for folder in self.folders
            for each in folder.rglob("*")
            if each.is_file() and not set(each.parts) & set(_GROWS_WITH_WORK)
        ]
        return {
            ("files and logs", "MB"): sum(each.stat().st_size for each in found) / _MB,
            ("files", "rows"): len(found),
        }


async def _tables(connection: "asyncpg.Connection[asyncpg.Record]") -> dict[tuple[str, str], float]:
    counts = {(f"table {name}", "rows"): float(await connection.fetchval(sql)) for name, sql in _TABLES.items()}
    return counts | {("Postgres", "connections"): float(await connection.fetchval(_BACKENDS))}
