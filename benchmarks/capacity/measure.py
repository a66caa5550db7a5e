"""`make bench-capacity`: what a build and a read cost, of everything, in the product as it runs in production.

It does nothing for a while, then builds, then reads, and fits the costs to these three; then it does both at once,
and says how far the model is from what that took. Writes costs.json, which `make capacity` answers from.
"""

import asyncio
import base64
import os
import platform
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from capacity.costs import Costs, Database, save
from capacity.fitting import Phase, fitted, predicted
from capacity.meters import Meters, Stored
from tests.drills.asking import Asking, ended
from tests.drills.product import product
from tests.drills.rest_load import Crowd
from tests.servers.postgres import postgres
from tests.servers.redis import redis

_PHASE_S = 30.0
_SHORT_S = 10.0
_WARM_S = 5.0
_MAKERS, _READERS = 1, 2
"""Few: a pod that the autoscaler keeps at its targets is not busy all the time, and a busy one does each for less."""
_KEY = base64.b64encode(b"k" * 32).decode()
_ROOT = Path(__file__).parents[2]
_MANY = 10
"""Two generators run four builds each."""
_KNOWN = 10
_REQUESTS = 4.0
"""Of a maker for a build: POST, the events, a look, the download."""
_SEED = 1


def main() -> int:
    """Measure, print, keep."""
    with (
        tempfile.TemporaryDirectory(prefix="pcf-capacity-") as folder,
        postgres(durable=True) as database,
        redis() as cache,
    ):
        url = {"redis_url": cache.url()}
        generator = {**url, "cache_key": _KEY, "compilers": str(_ROOT / ".compilers")}
        with product(Path(folder), database, gateway=url, generator=generator) as running:
            costs = asyncio.run(_measured(Meters(running, database, cache)))
    save(costs)
    _tell(costs)
    return 0


@dataclass(frozen=True, slots=True)
class _Work:
    """What was done in a phase, and what it took of each."""

    seconds: float
    builds: int
    reads: int
    cpu_s: Mapping[str, float]

    def phase(self, name: str) -> Phase:
        return Phase(self.seconds, self.builds, self.reads, self.cpu_s[name])


async def _measured(meters: Meters) -> Costs:
    running = meters.running
    await running.ready()
    asking = Asking(running, _SEED)
    await asking.alone()  # the first builds of an instance load what later ones have
    # As many at once as the instances take: that is when they use most memory.
    await _phase(meters, asking.crowd(), makers=_MANY, readers=0, seconds=_SHORT_S)
    first = await asyncio.to_thread(meters.stored)
    idle = await _phase(meters, asking.crowd(), makers=0, readers=0)
    before = await asyncio.to_thread(meters.stored)
    building = await _phase(meters, asking.crowd(), makers=_MAKERS, readers=0)
    stored = (await asyncio.to_thread(meters.stored)).per_build(before, first)
    reading = await _phase(meters, await _knowing(asking), makers=0, readers=_READERS)
    both = await _phase(meters, asking.crowd(), makers=_MAKERS, readers=_READERS)
    return _costs(meters, (idle, building, reading), both, stored)


async def _knowing(asking: Asking) -> Crowd:
    """Readers who know some builds to look at."""
    crowd = asking.crowd()
    for _ in range(_KNOWN):
        await crowd.job()
    return crowd


async def _phase(meters: Meters, crowd: Crowd, *, makers: int, readers: int, seconds: float = _PHASE_S) -> _Work:
    over = asyncio.Event()
    watching = asyncio.create_task(meters.watch_memory(over))
    working = [asyncio.create_task(crowd.make()) for _ in range(makers)]
    working += [asyncio.create_task(crowd.read()) for _ in range(readers)]
    await asyncio.sleep(_WARM_S)
    began, before, builds, reads = monotonic(), meters.cpu_s(), ended(crowd), _reads(crowd)
    await asyncio.sleep(seconds)
    took, after, builds, reads = monotonic() - began, meters.cpu_s(), ended(crowd) - builds, _reads(crowd) - reads
    crowd.stop()
    await asyncio.gather(*working)
    over.set()
    await watching
    if crowd.tally.missed:
        raise RuntimeError(f"requests failed or were refused: {crowd.tally.failures}")
    print(f"  {took:.0f} s: {builds} builds, {reads} reads", flush=True)
    return _Work(took, builds, reads, {name: after[name] - used for name, used in before.items()})


def _reads(crowd: Crowd) -> int:
    """Looks that are no part of a build, whose maker looks at it once."""
    return crowd.tally.answered["show"] + crowd.tally.answered["list"] - ended(crowd)


def _costs(meters: Meters, apart: Sequence[_Work], both: _Work, stored: Stored) -> Costs:
    instances = {name: len(each) for name, each in meters.running.instances.items()}
    cpu = {name: fitted([work.phase(name) for work in apart], instances=instances.get(name, 1)) for name in both.cpu_s}
    expected = {name: predicted(cost, both.phase(name), instances=instances.get(name, 1)) for name, cost in cpu.items()}
    return Costs(
        cpu=cpu,
        memory_mb=dict(meters.memory_mb),
        database=Database(
            builds_bytes=stored.builds_bytes,
            audit_bytes=stored.audit_bytes,
            wal_bytes=stored.wal_bytes,
            commits=stored.commits,
            rows_written=stored.rows_written,
        ),
        redis_bytes=stored.redis_bytes,
        artifact_bytes=stored.artifact_bytes,
        audit_events=stored.audit_events,
        requests=_REQUESTS,
        off_by={name: each / both.cpu_s[name] - 1 for name, each in expected.items() if both.cpu_s[name]},
        measured={
            "builds": sum(work.builds for work in (*apart, both)),
            "reads": sum(work.reads for work in (*apart, both)),
            "cores": os.cpu_count() or 1,
            "python": platform.python_version(),
        },
    )


def _tell(costs: Costs) -> None:
    print(f"\n{'CPU ms':<12} {'idle, a second':>16} {'a build':>10} {'a read':>10} {'model off by':>14}")
    for name, cpu in costs.cpu.items():
        figures = f"{cpu.idle * 1e3:>16.1f} {cpu.build * 1e3:>10.1f} {cpu.read * 1e3:>10.2f}"
        print(f"{name:<12} {figures} {costs.off_by.get(name, 0.0):>+14.0%}")
    print(f"memory MB    {', '.join(f'{name} {most:.0f}' for name, most in costs.memory_mb.items())}")
    print(f"a build      {costs.database}, {costs.audit_events:.1f} audit events")
    print(f"             {costs.redis_bytes:,.0f} B in Redis, {costs.artifact_bytes:,.0f} B of artifacts", flush=True)


if __name__ == "__main__":
    sys.exit(main())
