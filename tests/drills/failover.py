"""The Postgres primary dies under load and its synchronous standby is promoted; everything goes on by the URL alone.

make drill-failover ROUNDS=3 SEED=1
"""

import argparse
import asyncio
import random
import sys
import time
from dataclasses import dataclass
from typing import Any

from tests.drills.load import Makers, prompts
from tests.drills.phases import until
from tests.drills.reference import undisturbed
from tests.drills.verdict import Verdict, judge, table
from tests.drills.witness import Witness
from tests.drills.world import databases, world
from tests.servers.postgres import Postgres, postgres

_PROMPTS = 200
_MAKERS = 8


@dataclass(frozen=True, slots=True)
class Recovery:
    """From the kill on, in seconds."""

    promoted_s: float
    appended_s: float
    """Until the audit log acknowledged an event again."""
    built_s: float
    """Until a build that was accepted after the kill had ended."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    asked = parser.parse_args()
    print(f"seed {asked.seed}: make drill-failover ROUNDS={asked.rounds} SEED={asked.seed}", flush=True)
    verdicts = [_round(number, seed=asked.seed + number) for number in range(asked.rounds)]
    return 0 if all(verdict.holds for verdict in verdicts) else 1


def _round(number: int, *, seed: int) -> Verdict:
    with postgres(durable=True) as primary:
        builds, audit = databases(primary)
        with primary.standby() as standby:
            return asyncio.run(_drill(primary, standby, (builds, audit), number=number, seed=seed))


async def _drill(primary: Postgres, standby: Postgres, urls: tuple[str, str], *, number: int, seed: int) -> Verdict:
    either = [url.replace(f":{primary.port}/", f":{primary.port},127.0.0.1:{standby.port}/") for url in urls]
    with world(*either) as shaken:
        await shaken.ready()
        makers = Makers(shaken.targets, prompts(_PROMPTS), makers=_MAKERS, seed=seed)
        witness = Witness(shaken.audit.target)
        working = asyncio.gather(makers.work(), witness.work())
        await until(lambda: len(makers.ended) >= 5 * _MAKERS, working)
        recovery = await _fail_over(primary, standby, makers, witness, working)
        enough = len(makers.ended) + 5 * _MAKERS
        await until(lambda: len(makers.ended) >= enough, working)
        makers.stop()
        witness.stop()
        await working
        reference = await undisturbed(standby, sorted({made.prompt for made in makers.made}))
        verdict = await judge(makers.made, shaken.audit.target, reference=reference, witness=witness)
    rows = [
        ("standby promoted after", f"{recovery.promoted_s:.2f} s"),
        ("audit log acknowledges again after (RTO)", f"{recovery.appended_s:.2f} s"),
        ("a build accepted since has ended after (RTO)", f"{recovery.built_s:.2f} s"),
        ("audit events acknowledged", f"{len(witness.acknowledged):,}"),
    ]
    table(f"Failover {number + 1} (seed {seed})", rows, makers.made, verdict)
    return verdict


async def _fail_over(
    primary: Postgres, standby: Postgres, makers: Makers, witness: Witness, working: "asyncio.Future[Any]"
) -> Recovery:
    primary.kill()
    killed_at = time.monotonic()
    before = len(makers.made)
    standby.promote()
    promoted_s = time.monotonic() - killed_at
    await until(lambda: witness.answered_at > killed_at, working)
    appended_s = time.monotonic() - killed_at
    await until(lambda: any(made.build for made in makers.made[before:]), working)
    return Recovery(promoted_s, appended_s, time.monotonic() - killed_at)


if __name__ == "__main__":
    sys.exit(main())
