"""What proves who is who is changed again and again under load: certificates, keys, tokens. Nobody's request fails.

make drill-rotation ROUNDS=3 SEED=1
"""

import argparse
import asyncio
import random
import sys
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path

from tests.drills.database_account import DatabaseAccount
from tests.drills.doors import Door, Doors
from tests.drills.issuer import issuer
from tests.drills.model_account import ModelAccount
from tests.drills.product import product
from tests.drills.rest_load import ASKED, Crowd
from tests.drills.rotations import (
    Desk,
    certificate,
    model_key,
    more,
    password,
    service_certificates,
    signing_key,
    trusting_anybody,
)
from tests.drills.services import migrate
from tests.drills.table import printed
from tests.servers.model_apis import model_apis
from tests.servers.postgres import Postgres, postgres
from tests.servers.processes import Process, until

_MAKERS, _READERS = 3, 6
_PACE_S = 0.05
_FRESH = 0.4
"""The share of requests after which a client comes by a new connection: it sees the newest certificate."""
_UNLIMITED = {
    "key_per_second": "0",
    "key_per_minute": "0",
    "tenant_per_second": "0",
    "tenant_per_minute": "0",
    "builds_per_day": "0",
    "failed_credentials_per_minute": "0",
}
"""Everybody here is one caller."""
_PEPPER = "a pepper for a drill, long enough to be one"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    asked = parser.parse_args()
    print(f"seed {asked.seed}: make drill-rotation ROUNDS={asked.rounds} SEED={asked.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="pcf-drill-") as folder, postgres() as server:
        return asyncio.run(_drill(server, Path(folder), rounds=asked.rounds, seed=asked.seed))


async def _drill(server: Postgres, folder: Path, *, rounds: int, seed: int) -> int:
    async with AsyncExitStack() as stack:
        account = ModelAccount(await stack.enter_async_context(model_apis()), folder)
        provider = stack.enter_context(issuer())
        database = DatabaseAccount(server)
        keys = folder / "gateway.url"
        keys.write_text(database.new_database())
        migrate("gateway", keys.read_text(), folder)
        gateway = {
            "auth": "on",
            "database_url_file": str(keys),
            "key_pepper": _PEPPER,
            **provider.settings(),
            **_UNLIMITED,
        }
        generator = {"models": str(account.catalogue), "tenant_day_usd": "1000"}
        running = stack.enter_context(product(folder, server, gateway=gateway, generator=generator, account=database))
        await running.ready()
        desk = Desk(running, _first_key(folder, gateway))
        chance, number = random.Random(seed), count(1)

        def credential() -> dict[str, str]:
            text = desk.secret if chance.random() < 0.5 else provider.token()
            return {"authorization": f"Bearer {text}"}

        at = Doors([Door(running.edge.port, trusting_anybody())], chance)
        crowd = Crowd(
            at,
            seed=seed,
            prompts=lambda: f"Gäste sollen Sterne vergeben, Nummer {next(number)}",
            headers=credential,
            fresh=_FRESH,
        )
        working = [asyncio.create_task(crowd.make(pause_s=_PACE_S)) for _ in range(_MAKERS)]
        working += [asyncio.create_task(crowd.read(pause_s=_PACE_S)) for _ in range(_READERS)]
        changes: dict[str, Callable[[], Awaitable[None]]] = {
            "certificate of the edge": lambda: certificate(running),
            "certificates between services": lambda: service_certificates(running),
            "API key, with an overlap": desk.rotate,
            "signing key of the identity provider": lambda: signing_key(desk, provider, crowd),
            "key of a provider of language models": lambda: model_key(account),
            "password of the databases": lambda: password(database, [keys, *running.services.url_files]),
        }
        missed = dict.fromkeys(changes, 0)
        for done in range(1, rounds + 1):
            for name, change in changes.items():
                before = crowd.tally.missed
                await more(crowd)
                await change()
                await more(crowd)
                missed[name] += crowd.tally.missed - before
            print(f"  round {done}", flush=True)
        crowd.stop()
        await asyncio.gather(*working)
    lost = [fault for job in crowd.jobs for fault in job.faults()]
    old = [f"{account.refused} questions with a revoked key"] if account.refused else []
    rows = [(f"{name}: changes, requests missed", f"{rounds}, {missed[name]}") for name in changes]
    rows += [
        *crowd.tally.rows(ASKED),
        ("questions to a language model", f"{account.asked:,}"),
        ("builds accepted", f"{len(crowd.jobs):,}"),
        ("ended exactly once, whole, with their file", f"{len(crowd.jobs) - len(lost):,}"),
    ]
    faults = [*crowd.tally.failures, *lost, *old]
    holds = not faults and not crowd.tally.missed and account.asked > 0
    printed(f"Changed under load (seed {seed})", rows, faults)
    print("0 requests failed, 0 builds lost" if holds else "THIS DRILL FOUND FAULTS", flush=True)
    return 0 if holds else 1


def _first_key(folder: Path, gateway: dict[str, str]) -> str:
    """Made on the server, as the first one is."""
    log = folder / "first-key.log"
    environment = {f"PCF_GATEWAY_{name.upper()}": value for name, value in gateway.items()}
    scopes = ("--admin", "--scope", "builds:read", "--scope", "builds:write", "--scope", "audit:read")
    made = Process(sys.executable, "-m", "pcf_gateway", "keys", "create", *scopes, log=log, environment=environment)
    until(lambda: not made.running, what="pcf-gateway keys create ends")
    return log.read_text().split()[-1]


if __name__ == "__main__":
    sys.exit(main())
