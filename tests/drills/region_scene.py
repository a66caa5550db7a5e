"""What a drill of two regions plays in: whoever works meanwhile, and everything that ends with it."""

import asyncio
import random
import threading
from collections.abc import Callable
from contextlib import ExitStack
from itertools import count
from pathlib import Path

from tests.drills.doors import Doors
from tests.drills.region_files import Copying, follow_record
from tests.drills.region_stack import Region, Shared, region
from tests.drills.rest_load import Crowd
from tests.drills.witness import Witness
from tests.servers.postgres import Postgres
from tests.servers.redis import redis
from tests.servers.s3 import S3, moto

__all__ = ["Scene"]

_MAKERS, _READERS = 3, 3
_PACE_S = 0.05
_JOBS = 20
"""So many end before and after each change."""
_PATIENCE_S = 120.0
_PAUSE_S = 0.05


class Scene:
    """Makers and readers who go by the record, a witness at the audit log, regions, and copies of their buckets."""

    def __init__(self, folder: Path, stack: ExitStack, seed: int) -> None:
        self._folder = folder
        self._stack = stack
        self._doors = Doors([], random.Random(seed))
        number = count(1)
        self.crowd = Crowd(self._doors, seed=seed, prompts=lambda: f"a slider from 0 to {100 + next(number)}")
        self.witnesses: list[Witness] = []
        self._working: list[asyncio.Task[None]] = []
        self._copying: list[Copying] = []
        self._known: dict[str, Region] = {}
        self._over = asyncio.Event()

    def region(self, name: str, database: Postgres, shared: Shared, *, behind: Region | None = None) -> Region:
        """Started, not ready; with `behind` its database follows that region's already, the rest begins to."""
        follows = [f"replicaof 127.0.0.1 {behind.redis.port}"] if behind else []
        cache = self._stack.enter_context(redis(settings=follows))
        bucket = self._stack.enter_context(moto())
        bucket.client.create_bucket(Bucket=shared.bucket)
        if behind:
            self._copy(shared.bucket, behind.bucket, bucket)
        folder = self._folder / f"{name}-{database.port}"
        started = region(name, folder, database, cache, bucket, shared, migrated=behind is not None)
        self._known[name] = self._stack.enter_context(started)
        return self._known[name]

    def _copy(self, name: str, of: S3, to: S3) -> None:
        copying = Copying(name, of, to)
        thread = threading.Thread(target=copying.work)
        thread.start()
        self._stack.callback(thread.join)
        self._stack.callback(copying.stop)
        self._copying.append(copying)

    def copy_no_more(self) -> None:
        for each in self._copying:
            each.stop()

    async def begin(self, record: Path) -> None:
        """Everybody starts to work."""
        follower = follow_record(record, self._doors, lambda name: self._known[name].door, self._over)
        self._working.append(asyncio.create_task(follower))
        await self.until(lambda: bool(self._doors.open))
        self._working += [asyncio.create_task(self.crowd.make(pause_s=_PACE_S)) for _ in range(_MAKERS)]
        self._working += [asyncio.create_task(self.crowd.read(pause_s=_PACE_S)) for _ in range(_READERS)]

    def watch(self, at: Region) -> Witness:
        """A witness at this region's audit log; the one before has seen what it saw."""
        for each in self.witnesses:
            each.stop()
        witness = Witness(at.audit_target, pace_s=_PACE_S)
        self.witnesses.append(witness)
        self._working.append(asyncio.create_task(witness.work()))
        return witness

    @property
    def ended(self) -> list[str]:
        """Builds whose makers have seen the end."""
        return [job.build_id for job in self.crowd.jobs if job.state]

    async def jobs_end(self) -> None:
        """Returns when some more have ended."""
        enough = len(self.ended) + _JOBS
        await self.until(lambda: len(self.ended) >= enough)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Returns once it holds; an error of whoever works ends the wait."""
        async with asyncio.timeout(_PATIENCE_S):
            while not await asyncio.to_thread(condition):
                for task in self._working:
                    if task.done():
                        task.result()
                await asyncio.sleep(_PAUSE_S)

    async def end(self) -> None:
        """Nobody takes on more; returns when all are done."""
        self.crowd.stop()
        for witness in self.witnesses:
            witness.stop()
        self._over.set()
        await asyncio.gather(*self._working)
