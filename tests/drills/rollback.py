"""A broken release is deployed beside the good one: the smoke test fails, it is taken back, and nobody else notices.

Each round deploys four gateways, one after the other, under load. One is never ready. One is ready and late with
everything: first it stands alone, behind an edge of its own, then it takes its share of everybody's requests, as the
first instance of a rolling update does. The last is good.

make drill-rollback ROUNDS=3 SEED=1
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.drills.doors import Door, Doors
from tests.drills.product import Product, product
from tests.drills.releases import CROSSED, HASTY, Front, release, smoke
from tests.drills.rest_load import ASKED, Crowd
from tests.drills.rollback_verdict import Deployment, Noticed, faults, rows
from tests.drills.services import Service
from tests.drills.table import printed
from tests.edge.proxies import Edge, edge
from tests.servers.ports import free_port
from tests.servers.postgres import Postgres, postgres

_MAKERS, _READERS = 3, 4
_PACE_S = 0.05
"""Between two requests of one client: the machine is to be busy, not drowned."""
_NEVER_S = 6.0
"""How long is waited for an instance that is never ready; `helm upgrade` waits minutes."""
_READY_S = 60.0
_BETWEEN = 60
"""So many requests are answered after each deployment."""
_LEAVES_S = 40.0
_ENDED = ("succeeded", "failed", "cancelled")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    asked = parser.parse_args()
    print(f"seed {asked.seed}: make drill-rollback ROUNDS={asked.rounds} SEED={asked.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="pcf-drill-") as folder, postgres() as server:
        return asyncio.run(_drill(server, Path(folder), rounds=asked.rounds, seed=asked.seed))


async def _drill(server: Postgres, folder: Path, *, rounds: int, seed: int) -> int:
    with product(folder, server) as running:
        await running.ready()
        number = count(1)
        with _stage(running, folder) as stage:
            await _until(lambda: stage.front.healthy == len(stage.front.good), within_s=_READY_S)
            at = Doors([Door(stage.front.edge.port, stage.front.edge.trusting)], random.Random(seed))
            crowd = Crowd(at, seed=seed, prompts=lambda: f"a slider from 0 to {100 + next(number)}")
            working = [asyncio.create_task(crowd.make(pause_s=_PACE_S)) for _ in range(_MAKERS)]
            working += [asyncio.create_task(crowd.read(pause_s=_PACE_S)) for _ in range(_READERS)]
            for done in range(1, rounds + 1):
                await stage.round(crowd)
                print(f"  round {done}", flush=True)
            crowd.stop()
            await asyncio.gather(*working)
            inside = stage.front.failed_at_others()
            lost = await asyncio.to_thread(_lost, running, crowd)
    tally = crowd.tally
    noticed = Noticed(inside, max(0, tally.missed - inside), tally.answered.total(), lost)
    found = faults(stage.done, noticed)
    title = f"A broken release beside the good one (seed {seed})"
    printed(title, [*rows(stage.done, noticed), *tally.rows(ASKED)], [*found, *(tally.failures if found else ())])
    print("THIS DRILL FOUND FAULTS" if found else "no request failed outside the canary", flush=True)
    return 1 if found else 0


@dataclass(slots=True)
class _Stage:
    """Where releases are deployed: everybody's edge, the edge of the canary, and the instances to come."""

    front: Front
    door: Edge
    certificate: Path
    never: Service
    alone: Service
    first: Service
    good: Service
    done: list[Deployment] = field(default_factory=list)

    async def round(self, crowd: Crowd) -> None:
        everybody = len(self.front.good)
        await self._deploy("never ready", self.never, healthy=everybody + 1, within_s=_NEVER_S)
        await self._more(crowd)
        await self._deploy("late, alone", self.alone, healthy=everybody)
        await self._more(crowd)
        await self._deploy("late, first of an update", self.first, healthy=everybody + 1)
        await self._more(crowd)
        await self._deploy("good, first of an update", self.good, healthy=everybody + 1, is_good=True)
        await self._more(crowd)

    async def _deploy(
        self, name: str, service: Service, *, healthy: int, within_s: float = _READY_S, is_good: bool = False
    ) -> None:
        """Start it, wait until so many behind everybody's edge are healthy, smoke, take it back."""
        began = time.monotonic()
        service.start()
        passed = False
        with suppress(TimeoutError):
            await _until(lambda: self._door_healthy == 1 and self.front.healthy == healthy, within_s=within_s)
            ended = await asyncio.to_thread(smoke, self.door, self.certificate)
            passed = ended.returncode == 0
            if passed != is_good:
                print(ended.stdout, ended.stderr, flush=True)
        known_s = time.monotonic() - began
        await asyncio.to_thread(service.stop, within_s=_LEAVES_S)
        await _until(lambda: self._door_healthy == 0 and self.front.healthy == len(self.front.good), within_s=_READY_S)
        gone_s = time.monotonic() - began
        self.done.append(Deployment(name, is_good, passed, service.ended_with, known_s, gone_s))

    @property
    def _door_healthy(self) -> int:
        return self.door.counted("cluster.gateway.membership_healthy")

    async def _more(self, crowd: Crowd) -> None:
        wanted = crowd.tally.total + _BETWEEN
        async with asyncio.timeout(_READY_S):
            while crowd.tally.total < wanted:
                await asyncio.sleep(0.01)


@contextmanager
def _stage(running: Product, folder: Path) -> Iterator[_Stage]:
    shared, alone_at = free_port(), free_port()
    never, first, good = (release(running, folder, settings, port=shared) for settings in (CROSSED, HASTY, {}))
    alone = release(running, folder, HASTY, port=alone_at)
    everybody = [each.port for each in running.gateways]
    front, canary = folder / "front", folder / "canary"
    for own in (front, canary):
        own.mkdir()
    # Two more that never come: most are not ready, and still those that are get everything.
    absent = [free_port(), free_port()]
    with edge(front, [*everybody, shared, *absent]) as outside, edge(canary, [shared, alone_at]) as door:
        try:
            yield _Stage(Front(outside, everybody), door, canary / "tls" / "tls.crt", never, alone, first, good)
        finally:
            for each in (never, alone, first, good):
                each.kill()


def _lost(running: Product, crowd: Crowd) -> list[str]:
    """Accepted builds that did not succeed, as the good gateways tell: who met a canary may not have seen the end."""
    ends_at = time.monotonic() + _READY_S
    faults = []
    with running.client() as client:
        for job in crowd.jobs:
            state = ""
            while state not in _ENDED and time.monotonic() < ends_at:
                state = client.get(f"/v1/builds/{job.build_id}").json().get("state", "")
            if state != "succeeded":
                faults.append(f"{job.build_id} is {state}")
    return faults


async def _until(holds: Callable[[], bool], *, within_s: float) -> None:
    async with asyncio.timeout(within_s):
        while not await asyncio.to_thread(holds):
            await asyncio.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())
