"""Language models fail in every way there is, through the real SDKs: right answers or clear errors, in time, and the
ledger says what the bill says.

make drill-models ROUNDS=1 SEED=1
"""

import argparse
import asyncio
import os
import random
import sys
import time
from collections.abc import Sequence

from tests.drills.model_faults import FAULTS, Trial, tried
from tests.drills.model_load import Told, chaos, many_at_the_cap, total_outage
from tests.drills.model_regions import hedged, one_region_out
from tests.servers.postgres import Postgres, postgres

_CALLS = 2_000
_AT_ONCE = 200
_SHOWN = 3


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    asked = parser.parse_args()
    print(f"seed {asked.seed}: make drill-models ROUNDS={asked.rounds} SEED={asked.seed}", flush=True)
    began = time.monotonic()
    with postgres() as server:
        faults = asyncio.run(_drill(server, rounds=asked.rounds, seed=asked.seed))
    verdict = "right or clear, in time, and paid as billed" if not faults else "THIS DRILL FOUND FAULTS"
    print(f"\n{verdict} ({time.monotonic() - began:.0f} s)", flush=True)
    return 1 if faults else 0


async def _drill(server: Postgres, *, rounds: int, seed: int) -> int:
    faults = await _table(rounds=rounds, seed=seed)
    for title, told in (
        (f"Chaos (seed {seed})", await chaos(server, calls=_CALLS, seed=seed)),
        ("A cap that all run into", await many_at_the_cap(server, at_once=_AT_ONCE, seed=seed)),
        ("A total outage", await total_outage(server, at_once=_AT_ONCE, seed=seed)),
    ):
        faults += _tell(title, told)
    return faults


async def _table(*, rounds: int, seed: int) -> int:
    print(f"\n{'fault':<40} {'one ill':>8} {'all ill':>8} {'a moment':>9} {'attempts':>9} {'longest':>8}  result")
    faults = 0
    for case in FAULTS:
        told = [await tried(case, seed=seed + number) for number in range(rounds)]
        faults += _tell_case(case.name, *([trial for each in told for trial in each[way]] for way in told[0]))
    for name, try_it in (("partial outage: one region of two", one_region_out), ("slow tail, hedged", hedged)):
        faults += _tell_case(name, [await try_it(seed=seed + number) for number in range(rounds)], [], [])
    return faults


def _tell_case(name: str, *ways: Sequence[Trial]) -> int:
    trials = [trial for way in ways for trial in way]
    shares = [f"{sum(t.right + t.clear for t in way)}/{sum(t.asked for t in way)}" if way else "-" for way in ways]
    faults = [fault for trial in trials for fault in trial.faults]
    attempts = sum(trial.attempts.total for trial in trials)
    longest = f"{max(trial.longest_s for trial in trials):.1f} s"
    result = "full pass" if not faults else "partial" if any(t.right + t.clear for t in trials) else "FAIL"
    print(f"{name:<40} {shares[0]:>8} {shares[1]:>8} {shares[2]:>9} {attempts:>9} {longest:>8}  {result}", flush=True)
    for fault in faults[:_SHOWN]:
        print(f"  FAULT {fault}")
    return len(faults)


def _tell(title: str, told: Told) -> int:
    rows, faults = told
    print(f"\n{title}\n{'-' * len(title)}")
    for label, value in rows:
        print(f"{label:<62} {value:>24}")
    for fault in faults[:_SHOWN]:
        print(f"  FAULT {fault}")
    return len(faults)


if __name__ == "__main__":
    os.environ.setdefault("NO_PROXY", "127.0.0.1")
    sys.exit(main())
