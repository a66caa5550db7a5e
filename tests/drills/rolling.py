"""Every instance of every service, and every edge, is restarted in turn under load; nobody's request fails.

make drill-rolling ROUNDS=3 SEED=1
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from functools import partial
from itertools import count
from pathlib import Path

from tests.drills.doors import Door, Doors
from tests.drills.judge import trail_faults, trails
from tests.drills.product import Product, product
from tests.drills.rest_load import ASKED, Crowd
from tests.drills.services import Service
from tests.drills.table import printed
from tests.edge.proxies import Edge
from tests.servers.postgres import Postgres, postgres

_MAKERS, _READERS = 4, 6
_PACE_S = 0.03
"""Between two requests of one client: the machine is to be busy, not drowned."""
_BETWEEN = 60
"""So many requests end between two restarts."""
_LEAVES_S = 40.0
_SETTLE_S = 60.0
_DOWNLOADED = "artifact.downloaded"
"""Comes after the end, as often as somebody fetches the file."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    asked = parser.parse_args()
    print(f"seed {asked.seed}: make drill-rolling ROUNDS={asked.rounds} SEED={asked.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="pcf-drill-") as folder, postgres() as server:
        return asyncio.run(_drill(server, Path(folder), rounds=asked.rounds, seed=asked.seed))


async def _drill(server: Postgres, folder: Path, *, rounds: int, seed: int) -> int:
    with product(folder, server, edges=2, others=2) as running:
        await running.ready()
        number = count(1)
        doors = {edge.port: Door(edge.port, edge.trusting) for edge in running.edges}
        at = Doors(list(doors.values()), random.Random(seed))
        crowd = Crowd(at, seed=seed, prompts=lambda: f"a slider from 0 to {100 + next(number)}")
        working = [asyncio.create_task(crowd.make(pause_s=_PACE_S)) for _ in range(_MAKERS)]
        working += [asyncio.create_task(crowd.read(pause_s=_PACE_S)) for _ in range(_READERS)]
        restarts = _Restarts(running, crowd, at, doors)
        for done in range(1, rounds + 1):
            await restarts.round()
            print(f"  round {done}", flush=True)
        crowd.stop()
        await asyncio.gather(*working)
        return await _verdict(running, crowd, restarts, seed)


class _Restarts:
    """One instance after the other, as an orchestrator does it: the next only when the last is back."""

    def __init__(self, running: Product, crowd: Crowd, at: Doors, doors: dict[int, Door]) -> None:
        self._running = running
        self._crowd = crowd
        self._at = at
        self._doors = doors
        self.done: dict[str, list[float]] = {}
        """By service, how long each took to leave, in seconds."""
        self.disorderly: list[str] = []
        self.missed: dict[str, int] = {}
        """By service, requests that were refused or failed while it was restarted."""

    async def round(self) -> None:
        for name, instances in self._running.instances.items():
            for instance in instances:
                await self._around(name, partial(self._restart, instance))
        for edge in self._running.edges:
            await self._around("edge", partial(self._restart_edge, edge))

    async def _around(self, name: str, restart: Callable[[], Awaitable[None]]) -> None:
        before = self._crowd.tally.missed
        await self._more()
        await restart()
        await self._running.healthy()
        await self._more()
        self.missed[name] = self.missed.get(name, 0) + self._crowd.tally.missed - before

    async def _restart(self, service: Service) -> None:
        began = time.monotonic()
        await asyncio.to_thread(service.stop, within_s=_LEAVES_S)
        self._left(service.name, began, service.ended_with)
        service.start()
        await service.ready()

    async def _restart_edge(self, edge: Edge) -> None:
        # What balances connections has taken it out before it leaves.
        self._at.open.remove(self._doors[edge.port])
        began = time.monotonic()
        self._left("edge", began, await asyncio.to_thread(edge.process.leave))
        edge.process.start()
        await self._running.healthy()
        self._at.open.append(self._doors[edge.port])

    def _left(self, name: str, began: float, code: int | None) -> None:
        self.done.setdefault(name, []).append(time.monotonic() - began)
        if code != 0:
            self.disorderly.append(f"{name} left with {code}")

    async def _more(self) -> None:
        wanted = self._crowd.tally.total + _BETWEEN
        async with asyncio.timeout(_SETTLE_S):
            while self._crowd.tally.total < wanted:
                await asyncio.sleep(0.01)


async def _verdict(running: Product, crowd: Crowd, restarts: _Restarts, seed: int) -> int:
    lost = [fault for job in crowd.jobs for fault in job.faults()]
    trail = await _trail(running, crowd)
    tally = crowd.tally
    faults = [*tally.failures, *lost, *trail, *restarts.disorderly]
    rows = [
        (f"restarts of {name}: how many, how long each took to leave", f"{len(took)}, ≤ {max(took):.1f} s")
        for name, took in restarts.done.items()
    ]
    rows += tally.rows(ASKED)
    rows += [
        ("event streams resumed after their last event", f"{sum(job.reconnected for job in crowd.jobs):,}"),
        ("requests refused with Retry-After", f"{tally.refused.total():,}"),
        ("requests failed", f"{tally.failed.total():,}"),
        ("builds accepted", f"{len(crowd.jobs):,}"),
        ("ended exactly once, whole, with their file", f"{len(crowd.jobs) - len(lost):,}"),
        ("trail complete, in order, without a duplicate", f"{len(crowd.jobs) - len(trail):,}"),
    ]
    # A refusal is a request that did not get what it asked: nothing here is a reason for one.
    holds = not faults and not tally.refused.total()
    printed(f"Everything restarted in turn under load (seed {seed})", rows, faults)
    print("0 requests failed, 0 builds lost" if holds else f"THIS DRILL FOUND FAULTS, by service {restarts.missed}")
    return 0 if holds else 1


async def _trail(running: Product, crowd: Crowd) -> list[str]:
    """What the audit log lacks, once the outbox had time to be delivered."""
    ends_at = time.monotonic() + _SETTLE_S
    while True:
        told = await trails(running.target("audit"))
        faults = [
            f"{job.build_id}: {fault}"
            for job in crowd.jobs
            for fault in trail_faults([each for each in told[f"builds/{job.build_id}"] if each.type != _DOWNLOADED])
        ]
        if not faults or time.monotonic() > ends_at:
            return faults
        await asyncio.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())
