"""What the generators stand on goes away under load: audit log, Postgres, Redis, S3. Nothing is lost but time.

make drill-faults ROUNDS=5 SEED=1
"""

import argparse
import asyncio
import base64
import os
import random
import secrets
import sys
from contextlib import ExitStack

from tests.drills.load import Makers, prompts
from tests.drills.phases import Phase, run
from tests.drills.reference import undisturbed
from tests.drills.verdict import judge, table
from tests.drills.world import World, databases, world
from tests.servers.postgres import Postgres, postgres
from tests.servers.proxy import Proxy, proxied
from tests.servers.redis import Redis, redis
from tests.servers.s3 import S3, moto

_PROMPTS = 400
_MAKERS = 10
_AWAY_S = 2.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    asked = parser.parse_args()
    print(f"seed {asked.seed}: make drill-faults ROUNDS={asked.rounds} SEED={asked.seed}", flush=True)
    with ExitStack() as stack:
        database = stack.enter_context(postgres(durable=True))
        cache = stack.enter_context(redis())
        store = stack.enter_context(moto())
        return asyncio.run(_drill(database, cache, store, rounds=asked.rounds, seed=asked.seed))


async def _drill(database: Postgres, cache: Redis, store: S3, *, rounds: int, seed: int) -> int:
    async with proxied("127.0.0.1", store.port) as proxy:
        bucket = store.url(store.create_bucket(), endpoint=f"http://127.0.0.1:{proxy.port}")
        settings = {
            "artifacts_url": bucket,
            "redis_url": cache.url(),
            "cache_key": base64.b64encode(secrets.token_bytes(32)).decode(),
        }
        with world(*databases(database), settings=settings) as shaken:
            await shaken.ready()
            makers = Makers(shaken.targets, prompts(_PROMPTS), makers=_MAKERS, seed=seed)
            working = asyncio.create_task(makers.work())
            told = await run(_phases(shaken, database, cache, proxy, rounds=rounds), makers, working=working)
            makers.stop()
            made = await working
            reference = await undisturbed(database, sorted({each.prompt for each in made}))
            verdict = await judge(made, shaken.audit.target, reference=reference)
    rows = [*(each.row() for each in told), ("calls that makers repeated", f"{makers.repeated:,}")]
    table(f"What the generators stand on, away {rounds} times each (seed {seed})", rows, made, verdict)
    return 0 if verdict.holds else 1


def _phases(shaken: World, database: Postgres, cache: Redis, proxy: Proxy, *, rounds: int) -> list[Phase]:
    async def nothing() -> None:
        return

    async def audit_killed() -> None:
        shaken.audit.kill()
        shaken.audit.start()
        await shaken.audit.ready()

    async def postgres_killed() -> None:
        await asyncio.to_thread(database.kill)
        database.start()

    async def redis_killed() -> None:
        cache.kill()
        await asyncio.sleep(_AWAY_S)  # so long it is away
        cache.start()

    async def s3_refused() -> None:
        proxy.refuse()
        await asyncio.sleep(_AWAY_S)  # likewise
        proxy.pass_()

    async def s3_hangs() -> None:
        proxy.hang()
        await asyncio.sleep(_AWAY_S)  # likewise
        proxy.pass_()

    return [
        Phase("nothing happens", nothing, rounds),
        Phase("the audit log is killed", audit_killed, rounds),
        Phase("Postgres is killed", postgres_killed, rounds),
        Phase("Redis is killed", redis_killed, rounds),
        Phase("S3 refuses", s3_refused, rounds),
        Phase("S3 hangs", s3_hangs, rounds),
    ]


if __name__ == "__main__":
    os.environ.setdefault("NO_PROXY", "127.0.0.1")
    sys.exit(main())
