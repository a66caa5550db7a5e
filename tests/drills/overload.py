"""Four times as much is asked as the product can do: it does what it can, refuses the rest politely, and recovers.

The main job is a prompt, followed to its file, and two looks at what there is. First one maker alone shows what it
takes; then as many makers as bring the most show the capacity; then jobs arrive at four times that rate, whether
earlier ones have ended or not, and are timed from the moment they were meant to begin.

make drill-overload ROUNDS=60 SEED=1        ROUNDS: seconds of overload
"""

import argparse
import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.drills.asking import WARM_S, Asking, ended
from tests.drills.overload_verdict import FACTOR, QUEUE, Measured, faults, rows
from tests.drills.product import product
from tests.drills.rest_load import ASKED, Crowd
from tests.drills.table import printed
from tests.drills.tally import quantile
from tests.servers.postgres import Postgres, postgres

_IDLE_S = 90.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=60, help="seconds of overload")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    asked = parser.parse_args()
    print(f"seed {asked.seed}: make drill-overload ROUNDS={asked.rounds} SEED={asked.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="pcf-drill-") as folder, postgres() as server:
        return asyncio.run(_drill(server, Path(folder), seconds=asked.rounds, seed=asked.seed))


async def _drill(server: Postgres, folder: Path, *, seconds: float, seed: int) -> int:
    with product(folder, server, generator={"queue_limit": str(QUEUE)}) as running:
        await running.ready()
        asking = Asking(running, seed)
        await asking.alone()  # the first builds of an instance load what later ones have
        alone = await asking.alone()
        capacity = await asking.capacity()
        print(f"  capacity {capacity:.1f} jobs a second", flush=True)
        crowd, goodput, own_cpu = await _flood(asking, rate=FACTOR * capacity, seconds=seconds)
        print(f"  goodput {goodput:.1f} jobs a second", flush=True)
        idle_s = await _idle(asking)
        after = await asking.alone()
    measured = Measured(
        capacity=capacity,
        goodput=goodput,
        alone=alone.tally,
        overloaded=crowd.tally,
        after=after.tally,
        alone_s=quantile([job.took_s for job in alone.jobs], 0.99),
        accepted_s=quantile([job.took_s for job in crowd.jobs if job.took_s], 0.99),
        idle_s=idle_s,
        wrong=tuple(fault for one in (crowd, after) for job in one.jobs for fault in job.faults()),
        own_cpu=own_cpu,
    )
    found = faults(measured)
    printed(f"Overload: {FACTOR} times the capacity (seed {seed})", [*rows(measured), *crowd.tally.rows(ASKED)], found)
    print("THIS DRILL FOUND FAULTS" if found else "all kept", flush=True)
    return 1 if found else 0


async def _flood(asking: Asking, *, rate: float, seconds: float) -> tuple[Crowd, float, float]:
    """Who asked, how many jobs a second ended, and how much of a core asking itself took."""
    crowd = asking.crowd()
    began, cpu = time.monotonic(), time.process_time()
    flooding = asyncio.create_task(asking.at_rate(rate, seconds=WARM_S + seconds, crowd=crowd))
    # What ends before the queue is full is no sign of what goes on under overload.
    await asyncio.sleep(WARM_S)
    before, warm = ended(crowd), time.monotonic()
    await asyncio.sleep(seconds)
    goodput = (ended(crowd) - before) / (time.monotonic() - warm)
    used = (time.process_time() - cpu) / (time.monotonic() - began)
    await flooding
    return crowd, goodput, used


async def _idle(asking: Asking) -> float:
    """Seconds until a build that is asked for was accepted and has ended."""
    began = time.monotonic()
    while time.monotonic() - began < _IDLE_S:
        crowd = asking.crowd()
        await crowd.job()
        if ended(crowd):
            break
    return time.monotonic() - began


if __name__ == "__main__":
    sys.exit(main())
