"""The database is destroyed and restored: to a minute, which the audit proofs vouch for, and to the end.

make drill-restore SEED=1
"""

import argparse
import asyncio
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pcf.generator.v1 import generator_pb2 as pb
from pcf.generator.v1 import generator_pb2_grpc
from pcf_runtime.client import open_channel, service_config
from pcf_runtime.errors import NotFound

from tests.drills.judge import verified
from tests.drills.load import Made, Makers, prompts
from tests.drills.log_proofs import Kept, goes_on, keep
from tests.drills.phases import until
from tests.drills.table import printed
from tests.drills.witness import Witness
from tests.drills.world import World, databases, world
from tests.servers.postgres import Postgres, postgres

_SCRIPTS = Path(__file__).parents[2] / "deploy/recovery"
_MAKERS = 4
_JOBS = 20
"""So many end in each part."""
_ARCHIVED_EVERY_S = 2
_ENDED = (pb.Build.STATE_SUCCEEDED, pb.Build.STATE_FAILED, pb.Build.STATE_CANCELLED, pb.Build.STATE_NEEDS_INPUT)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    asked = parser.parse_args()
    print(f"seed {asked.seed}: make drill-restore SEED={asked.seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="pcf-drill-") as temporary:
        folder = Path(temporary)
        # PostgreSQL is another user, who reads what is here.
        folder.chmod(0o755)
        for script in _SCRIPTS.glob("*.sh"):
            shutil.copy(script, folder)
        archive = f"{folder}/archive.sh %p %f {folder}/archive"
        how = {"archive_mode": "on", "archive_command": archive, "archive_timeout": f"{_ARCHIVED_EVERY_S}s"}
        with postgres(durable=True, settings=how) as server:
            for name in ("archive", "backups"):
                (folder / name).mkdir()
                server.hand_over(folder / name)
            return asyncio.run(_drill(server, folder, asked.seed))


@dataclass(slots=True)
class _Part:
    """What was made and acknowledged between two moments."""

    made: Sequence[Made]
    acknowledged: dict[str, int]


@dataclass(slots=True)
class _Drill:
    server: Postgres
    folder: Path
    running: World
    seed: int
    figures: list[tuple[str, str]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    async def part(self, *, backup: bool = False) -> _Part:
        """Makers at work, and a witness at the log; a backup in the middle of it."""
        makers = Makers(self.running.targets, prompts(200), makers=_MAKERS, seed=self.seed)
        witness = Witness(self.running.audit.target)
        working = asyncio.gather(makers.work(), witness.work())
        await until(lambda: len(makers.ended) >= _JOBS // 2, working)
        if backup:
            began = time.monotonic()
            await asyncio.to_thread(self.server.run, self.folder / "backup.sh", self.folder / "backups")
            self.figures.append(("base backup under load, verified", f"{time.monotonic() - began:.1f} s"))
        await until(lambda: len(makers.ended) >= _JOBS, working)
        makers.stop()
        witness.stop()
        await working
        self.seed += 1
        return _Part(makers.made, witness.acknowledged)

    async def restore(self, *moment: str) -> float:
        """Destroy it, restore it by the script, start all; seconds until the log acknowledges again."""
        began = time.monotonic()
        await asyncio.to_thread(self.server.destroy)
        for service in self.running.services:
            service.kill()
        places = (self.folder / "backups", self.folder / "archive", self.server.folder)
        await asyncio.to_thread(self.server.run, self.folder / "restore.sh", *places, *moment)
        await asyncio.to_thread(self.server.start)
        for service in self.running.services:
            service.start()
        await self.running.ready()
        witness = Witness(self.running.audit.target)
        working = asyncio.ensure_future(witness.work())
        await until(lambda: bool(witness.acknowledged), working)
        witness.stop()
        await working
        return time.monotonic() - began

    async def holds(self, part: _Part, what: str) -> None:
        """All of it is there: builds have ended well, events are where they were said to be."""
        lost = [made.name for made in part.made if await self._state(made) != pb.Build.STATE_SUCCEEDED]
        self.figures.append((f"{what}: builds accepted, lost", f"{len(part.made):,}, {len(lost):,}"))
        gone = await self._gone(part)
        self.figures.append((f"{what}: audit events acknowledged, lost", f"{len(part.acknowledged):,}, {len(gone):,}"))
        self.faults += [*lost[:3], *gone[:3]]

    async def tells_losses(self, part: _Part, what: str) -> None:
        """How much of it is gone, which is no fault."""
        unknown = [made for made in part.made if await self._state(made) is None]
        gone = await self._gone(part)
        self.figures.append((f"{what}: builds, gone", f"{len(part.made):,}, {len(unknown):,}"))
        self.figures.append((f"{what}: events, gone", f"{len(part.acknowledged):,}, {len(gone):,}"))

    async def proved(self, kept: Kept, *, wanted: bool, what: str) -> None:
        held = await goes_on(self.running.audit.target, kept)
        self.figures.append((what, "holds" if held else "does not hold"))
        if held != wanted:
            self.faults.append(f"{what} {'holds' if held else 'does not hold'}")

    async def _gone(self, part: _Part) -> list[str]:
        return await Witness(self.running.audit.target, acknowledged=part.acknowledged).missing()

    async def _state(self, made: Made) -> "pb.Build.State.ValueType | None":
        """What it came to; None if nobody knows it."""
        target = self.running.targets[0]
        async with (
            open_channel(target, service_config=service_config("pcf.generator.v1")) as channel,
            asyncio.timeout(60),
        ):
            stub = generator_pb2_grpc.GeneratorServiceStub(channel)
            while True:
                try:
                    build = await stub.GetBuild(pb.GetBuildRequest(name=made.name), timeout=10)
                except NotFound:
                    return None
                if build.state in _ENDED:
                    return build.state
                await asyncio.sleep(0.1)


async def _drill(server: Postgres, folder: Path, seed: int) -> int:
    with world(*databases(server)) as running:
        await running.ready()
        drill = _Drill(server, folder, running, seed)
        before = [await drill.part(backup=True), await drill.part()]
        early = await keep(running.audit.target)
        moment = server.execute(
            "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US') || '+00'"
        )
        after = await drill.part()
        late = await keep(running.audit.target)
        # The segment that the moment is in has to be in the archive; it is so within archive_timeout.
        server.execute("SELECT pg_switch_wal()")
        await _archived(server)
        drill.figures.append(
            ("to a minute: until the log acknowledges again (RTO)", f"{await drill.restore(moment):.1f} s")
        )
        for part in before:
            await drill.holds(part, "before the minute")
        await drill.tells_losses(after, "after the minute")
        again = await drill.part()
        await drill.proved(early, wanted=True, what="the log goes on what was kept of it before the minute")
        await drill.proved(late, wanted=False, what="the log goes on what was kept of it after the minute")
        server.execute("SELECT pg_switch_wal()")
        await _archived(server)
        unarchived = await drill.part()
        drill.figures.append(("to the end: until the log acknowledges again (RTO)", f"{await drill.restore():.1f} s"))
        for part in (*before, again):
            await drill.holds(part, "to the end")
        await drill.tells_losses(unarchived, f"to the end, not in the archive yet (every {_ARCHIVED_EVERY_S} s: RPO)")
        await drill.proved(late, wanted=False, what="the log goes on what the minute took away")
        await drill.holds(await drill.part(), "made since")
        proof = await verified(running.audit.target)
        if not proof.valid:
            drill.faults.append(f"the audit log does not verify: {proof.fault}")
        printed(f"Restored (seed {seed})", drill.figures, drill.faults)
        return 1 if drill.faults else 0


async def _archived(server: Postgres) -> None:
    """Returns when every segment that is full is in the archive."""
    waiting = "SELECT count(*) FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'"
    async with asyncio.timeout(60):
        while int(await asyncio.to_thread(server.execute, waiting)):
            await asyncio.sleep(0.1)


if __name__ == "__main__":
    sys.exit(main())
