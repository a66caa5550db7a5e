"""Two complete regions, load on the first, which vanishes at once: pcf-ops fails over, and brings it home later.

make drill-region SEED=1
"""

import argparse
import asyncio
import base64
import random
import secrets
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

import asyncpg
import httpx

from tests.drills.judge import verified
from tests.drills.log_proofs import Kept, goes_on, keep
from tests.drills.region_files import webhook
from tests.drills.region_ops import Ops
from tests.drills.region_scene import Scene
from tests.drills.region_stack import Region, Shared
from tests.drills.region_verdict import lost_builds, not_made_again, without_files
from tests.drills.rest_load import ASKED
from tests.drills.table import printed
from tests.drills.witness import Witness
from tests.drills.world import audit_keys, databases
from tests.servers.postgres import Postgres, postgres

_WAITS = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SyncRep'"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    asked = parser.parse_args()
    print(f"seed {asked.seed}: make drill-region SEED={asked.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="pcf-drill-") as folder, ExitStack() as stack:
        return asyncio.run(_Drill(Path(folder), stack, asked.seed).run())


class _Drill:
    """Each phase adds its figures and faults."""

    def __init__(self, folder: Path, stack: ExitStack, seed: int) -> None:
        self._stack = stack
        self._seed = seed
        self._scene = Scene(folder, stack, seed)
        hook, self._told = stack.enter_context(webhook())
        self._ops = Ops(folder, hook)
        self._kept: list[Kept] = []
        self._figures: list[tuple[str, str]] = []
        self._faults: list[str] = []

    async def run(self) -> int:
        primary = self._stack.enter_context(postgres(durable=True))
        standby = self._stack.enter_context(primary.standby())
        builds, audit = (url.rsplit("/", 1)[1] for url in databases(primary))
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        shared = Shared(builds, audit, audit_keys(), key, "artifacts")
        one = self._scene.region("one", primary, shared)
        two = self._scene.region("two", standby, shared, behind=one)
        for each in (one, two):
            self._ops.know(each)
            await each.product.ready()
        await self._scene.begin(self._ops.record)
        self._scene.watch(one)
        await self._scene.jobs_end()
        await self._before(two)
        await self._lose(one, two)
        await self._split(primary)
        home = await self._home(standby, two, shared)
        return await self._verdict(home)

    async def _before(self, two: Region) -> None:
        """All is well; the standby answers reads and takes nothing; nobody takes over from who is well."""
        await self._command("status", code=0, words="All is well")
        build = self._scene.ended[0]
        with two.product.client() as client:
            # It follows by a moment.
            await self._scene.until(lambda: client.get(f"/v1/builds/{build}").status_code == httpx.codes.OK)
            paths = (f"/v1/builds/{build}", "/v1/builds", "/v1/audit/events", "/v1/audit/checkpoint")
            reads = [client.get(path).status_code for path in paths]
            write = client.post("/v1/builds", json={"prompt": "a slider from 0 to 5"})
        self._figures.append(("the standby answers reads, and a write", f"{reads}, {write.status_code}"))
        if {*reads} != {200} or write.status_code != httpx.codes.SERVICE_UNAVAILABLE:
            self._faults.append(f"the standby answered {reads} and {write}")
        await self._command("failover", code=1, words="split brain")

    async def _lose(self, one: Region, two: Region) -> None:
        """The first region vanishes; the second takes over."""
        self._kept.append(await keep(one.product.target("audit")))
        await asyncio.to_thread(one.vanish)
        lost_at = time.monotonic()
        crowd = self._scene.crowd
        missed, accepted_before = crowd.tally.missed, len(crowd.jobs)
        witness = self._scene.watch(two)
        command = asyncio.create_task(self._command("failover", code=0, words="runs in two now (one is lost)"))
        await self._scene.until(lambda: bool(witness.acknowledged))
        self._took("audit log acknowledges again (RTO)", lost_at)
        await self._scene.until(lambda: any(job.state for job in crowd.jobs[accepted_before:]))
        self._took("a build accepted since has ended (RTO)", lost_at)
        await command
        self._took("pcf-ops failover has ended, main job done", lost_at)
        await self._scene.jobs_end()
        self._figures.append(("requests failed or refused meanwhile", f"{crowd.tally.missed - missed:,}"))
        self._scene.copy_no_more()
        await self._check(two)
        missing = await asyncio.to_thread(without_files, two.product, crowd.jobs[:accepted_before])
        gone = await asyncio.to_thread(not_made_again, two.product, missing)
        figures = f"{len(missing):,} of {accepted_before:,}, {len(gone):,}"
        self._figures.append(("files not copied; the same prompt does not make them again", figures))
        self._faults += gone

    async def _split(self, primary: Postgres) -> None:
        """The first region's database comes back by itself, and believes it is the one."""
        await asyncio.to_thread(primary.start)
        await self._command("status", code=1, words="SPLIT BRAIN")
        await self._command("failback", code=1, words="split brain")
        await self._command("failover", "--to", "one", code=1, words="split brain")
        if (active := self._ops.record.read_text().strip()) != "two":
            self._faults.append(f"the record leads to {active}")
        # What it would acknowledge would be lost, and so it acknowledges nothing.
        connection = await asyncpg.connect(primary.url())
        writing = asyncio.create_task(connection.execute("CREATE TABLE unheard (id int)"))
        await self._scene.until(lambda: primary.execute(_WAITS) == "1")
        if writing.done():
            self._faults.append("the database that came back acknowledges writes")
        await asyncio.to_thread(primary.kill)
        await asyncio.gather(writing, return_exceptions=True)

    async def _home(self, standby: Postgres, two: Region, shared: Shared) -> Region:
        """Its database is built anew as a standby, its services are started on it; then all goes back."""
        rebuilt = self._stack.enter_context(standby.standby())
        home = self._scene.region("one", rebuilt, shared, behind=two)
        self._ops.know(home)
        await home.product.ready()
        await self._command("status", code=0, words="All is well")
        self._kept.append(await keep(two.product.target("audit")))
        missed, began = self._scene.crowd.tally.missed, time.monotonic()
        command = asyncio.create_task(self._command("failback", code=0, words="runs in one now (as planned)"))
        await self._scene.until(lambda: self._ops.record.read_text().strip() == "one")
        witness = self._scene.watch(home)
        # Clients keep their connections, whatever the record says; the edge that they are to leave tells them.
        leaving = asyncio.create_task(asyncio.to_thread(two.product.edge.process.leave))
        await self._scene.until(lambda: bool(witness.acknowledged))
        self._took("failback: audit log acknowledges at home", began)
        await command
        await leaving
        self._took("pcf-ops failback has ended, main job done", began)
        await self._scene.jobs_end()
        missed = self._scene.crowd.tally.missed - missed
        self._figures.append(("requests failed or refused meanwhile", f"{missed:,}"))
        return home

    async def _verdict(self, home: Region) -> int:
        await self._scene.end()
        await self._check(home)
        read_at = home.product.target("audit")
        witness = Witness(read_at)
        for each in self._scene.witnesses:
            witness.acknowledged |= each.acknowledged
        lost = await witness.faults()
        proof = await verified(read_at)
        self._figures += [
            ("audit events acknowledged, lost or moved of them (RPO)", f"{len(witness.acknowledged):,}, {len(lost):,}"),
            ("audit log verifies, goes on from kept checkpoints", f"{proof.event_count:,} events, {len(self._kept)}"),
            *self._scene.crowd.tally.rows(ASKED),
        ]
        self._faults += lost[:5]
        if not proof.valid:
            self._faults.append(f"the audit log does not verify: {proof}")
        told = [each.split(" (")[0] for each in self._told]
        if told != [f"PCF Builder runs in {name} now" for name in ("two", "one")]:
            self._faults.append(f"stakeholders were told {self._told}")
        printed(f"Two regions (seed {self._seed})", self._figures, self._faults)
        print("THIS DRILL FOUND FAULTS" if self._faults else "0 builds and 0 acknowledged events lost", flush=True)
        return 1 if self._faults else 0

    async def _command(self, *arguments: str, code: int, words: str) -> None:
        """pcf-ops must end like this and say so."""
        said = await self._ops.run(*arguments)
        print(f"  pcf-ops {' '.join(arguments)}", *said.text.splitlines(), sep="\n    ", flush=True)
        if (said.code, words in said.text) != (code, True):
            self._faults.append(f"pcf-ops {arguments} ended with {said.code}: {said.text[-1_500:]}")

    async def _check(self, at: Region) -> None:
        """Every accepted build is there, and the log is the one of every checkpoint that was kept before a change."""
        jobs = list(self._scene.crowd.jobs)
        lost = await asyncio.to_thread(lost_builds, at.product, jobs)
        self._figures.append((f"builds accepted, lost of them, as {at.name} has it", f"{len(jobs):,}, {len(lost):,}"))
        self._faults += lost[:5]
        for kept in self._kept:
            if not await goes_on(at.product.target("audit"), kept):
                self._faults.append(f"the log in {at.name} does not go on from the checkpoint of {kept.size:,} entries")

    def _took(self, what: str, since: float) -> None:
        self._figures.append((what, f"{time.monotonic() - since:.1f} s"))


if __name__ == "__main__":
    sys.exit(main())
