"""Half of the capacity for a long time: nothing grows, neither memory nor files, threads, connections, queues, logs.

make soak SOAK_S=1800 SEED=1
"""

import argparse
import asyncio
import random
import sys
import tempfile
from pathlib import Path

from tests.drills.asking import Asking
from tests.drills.product import product
from tests.drills.rest_load import ASKED
from tests.drills.sampling import Sampler
from tests.drills.table import printed
from tests.servers.postgres import Postgres, postgres

_WARM_SHARE = 1 / 3
"""Caches fill, pools open and the allocator finds its size in the first third."""
_SAMPLES = 360
_SHORTEST_PAUSE_S = 1.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=1_800)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    asked = parser.parse_args()
    print(f"seed {asked.seed}: make soak SOAK_S={asked.seconds} SEED={asked.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="pcf-drill-") as folder, postgres() as server:
        return asyncio.run(_soak(server, Path(folder), seconds=asked.seconds, seed=asked.seed))


async def _soak(server: Postgres, folder: Path, *, seconds: float, seed: int) -> int:
    with product(folder, server) as running:
        await running.ready()
        asking = Asking(running, seed)
        await asking.alone()
        capacity = await asking.capacity()
        print(f"  capacity {capacity:.1f} jobs a second", flush=True)
        sampler = Sampler(running, running.services.builds_url, (folder, running.services.folder))
        over = asyncio.Event()
        sampling = asyncio.create_task(sampler.sample_until(over, every_s=max(_SHORTEST_PAUSE_S, seconds / _SAMPLES)))
        crowd = asking.crowd()
        await asking.at_rate(capacity / 2, seconds=seconds, crowd=crowd)
        over.set()
        await sampling
    series = sampler.series(since_s=seconds * _WARM_SHARE)
    print(f"\n{'after the first third':<38} {'begins':>9} {'ends':>9} {'in 1 h':>9} {'allowed':>8}")
    for each in series:
        print(each.row())
    lost = [fault for job in crowd.jobs for fault in job.faults()]
    faults = [
        *crowd.tally.failures,
        *lost,
        *(f"{each.name} grows by {each.growth:.2f} an hour" for each in series if each.grows),
    ]
    rows = [("jobs a second, half of the capacity", f"{capacity / 2:.1f}"), *crowd.tally.rows(ASKED)]
    rows += [
        ("answer, p50 and p99", f"{crowd.tally.p(0.5):.3f} s, {crowd.tally.p(0.99):.3f} s"),
        ("builds accepted", f"{len(crowd.jobs):,}"),
        ("ended exactly once, whole, with their file", f"{len(crowd.jobs) - len(lost):,}"),
    ]
    printed(f"{seconds:g} s at half of the capacity (seed {seed})", rows, faults)
    print("THIS SOAK FOUND FAULTS" if faults else "nothing grows", flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
