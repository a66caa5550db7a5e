"""Two generators on one Postgres under load; one of them is killed at a random moment, again and again.

make drill-kill ROUNDS=200 SEED=1
"""

import argparse
import asyncio
import random
import sys

from tests.drills.load import Makers, prompts
from tests.drills.reference import undisturbed
from tests.drills.verdict import judge, table
from tests.drills.world import World, databases, world
from tests.servers.postgres import Postgres, postgres

_PROMPTS = 600
_MAKERS = 10
_LONGEST_WAIT_S = 1.5


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    asked = parser.parse_args()
    print(f"seed {asked.seed}: make drill-kill ROUNDS={asked.rounds} SEED={asked.seed}", flush=True)
    with postgres(durable=True) as server:
        return asyncio.run(_drill(server, rounds=asked.rounds, seed=asked.seed))


async def _drill(server: Postgres, *, rounds: int, seed: int) -> int:
    wanted = prompts(_PROMPTS)
    with world(*databases(server)) as shaken:
        await shaken.ready()
        makers = Makers(shaken.targets, wanted, makers=_MAKERS, seed=seed)
        working = asyncio.create_task(makers.work())
        await _killing(shaken, rounds=rounds, seed=seed, working=working)
        makers.stop()
        made = await working
        reference = await undisturbed(server, sorted({each.prompt for each in made}))
        verdict = await judge(made, shaken.audit.target, reference=reference)
    rows = [("kill -9 of a generator", f"{rounds:,}"), ("calls that makers repeated", f"{makers.repeated:,}")]
    table(f"Generators killed {rounds} times (seed {seed})", rows, made, verdict)
    return 0 if verdict.holds else 1


async def _killing(shaken: World, *, rounds: int, seed: int, working: "asyncio.Task[object]") -> None:
    chance = random.Random(seed)
    for number in range(1, rounds + 1):
        victim = chance.choice(shaken.generators)
        # Not a wait for anything: the moment of the kill is what is random.
        await asyncio.sleep(chance.uniform(0, _LONGEST_WAIT_S))
        victim.kill()
        victim.start()
        await victim.ready()
        if working.done():
            working.result()
        if number % 20 == 0:
            print(f"  {number} kills", flush=True)


if __name__ == "__main__":
    sys.exit(main())
