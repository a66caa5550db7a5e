"""Makers and readers at the edge: whole jobs by REST, from the prompt to the file, and looks at what there is."""

import asyncio
import hashlib
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from tests.drills.doors import Doors, Session
from tests.drills.rest_client import Answer, Cut
from tests.drills.rest_job import Job
from tests.drills.tally import Tally

__all__ = ["ASKED", "READS", "Crowd"]

ASKED = {
    "create": "POST /v1/builds",
    "follow": "GET …/events, to the end",
    "show": "GET /v1/builds/{id}",
    "download": "GET …/artifacts/source",
    "list": "GET lists: builds, capabilities, audit events",
}
"""What is asked, in the words of the tables."""
READS = ("show", "list")
_LISTS = ("/v1/builds?page_size=10", "/v1/capabilities", "/v1/audit/events?page_size=5")
_RECONNECT_S = 1.0
"""What the stream says itself: `retry: 1000`."""
_COME_AGAIN_S = 1.0
"""The shortest Retry-After."""


class Broken(Exception):  # noqa: N818 - what became of a job
    """A request of the job was refused or failed; it stands in the tally."""


class Crowd:
    """Everybody who asks. A connection is kept for the next request, as browsers do."""

    def __init__(
        self,
        doors: Doors,
        *,
        seed: int,
        prompts: Callable[[], str],
        headers: Callable[[], Mapping[str, str]] = dict,
        fresh: float = 0.0,
    ) -> None:
        """`headers` are asked at every request: a credential may be another by then.

        `fresh` is the share of clients that hang up when they are done.
        """
        self._doors = doors
        self._chance = random.Random(seed)
        self._prompts = prompts
        self._headers = headers
        self._fresh = fresh
        self._stopping = asyncio.Event()
        self._idle: list[Session] = []
        self.tally = Tally()
        self.jobs: list[Job] = []

    def stop(self) -> None:
        """Whoever is at work takes on no more."""
        self._stopping.set()

    async def make(self, *, pause_s: float = 0.0) -> None:
        """Job after job until `stop`."""
        while not self._stopping.is_set():
            await self.job()
            await asyncio.sleep(pause_s)

    async def read(self, *, pause_s: float = 0.0) -> None:
        """Look at something, again and again until `stop`."""
        while not self._stopping.is_set():
            await self.look()
            await asyncio.sleep(pause_s)

    async def arrive(self, *, since: float, looks: int) -> None:
        """A maker with one job and so many looks at the same time; `since` is when that was meant to begin."""
        asked = [self.look(since=since) for _ in range(looks)]
        await asyncio.gather(self.job(since=since), *asked)

    async def look(self, *, since: float | None = None) -> None:
        """At one build or a list; `since` is when it was meant to be asked."""
        known = self.jobs[-200:]
        if known and self._chance.random() < 0.7:
            what, path = "show", f"/v1/builds/{self._chance.choice(known).build_id}"
        else:
            what, path = "list", self._chance.choice(_LISTS)
        with self._session() as session, suppress(Broken):
            await self._ask(session, what, "GET", path, since=since)

    async def job(self, *, since: float | None = None) -> Job | None:
        """From the prompt to the file; None if it was not accepted. `since` is when it was meant to begin."""
        since = time.monotonic() if since is None else since
        prompt = self._prompts()
        body = json.dumps({"prompt": prompt}).encode()
        with self._session() as session, suppress(Broken):
            accepted = await self._ask(session, "create", "POST", "/v1/builds", body=body, expected=(202,), since=since)
            job = Job(prompt, json.loads(accepted.body)["id"])
            self.jobs.append(job)
            await self._finish(session, job)
            job.took_s = time.monotonic() - since
            return job
        return None

    @contextmanager
    def _session(self) -> Iterator[Session]:
        """One that nobody uses; its connection is kept for the next."""
        session = self._idle.pop() if self._idle else Session(self._doors)
        try:
            yield session
        finally:
            if self._chance.random() < self._fresh:
                session.close()
            self._idle.append(session)

    async def _finish(self, session: Session, job: Job) -> None:
        await self._follow(session, job)
        path = f"/v1/builds/{job.build_id}"
        build = json.loads((await self._insist(session, "show", path)).body)
        job.state = build["state"]
        if job.state == "succeeded":
            source = next(each for each in build["result"]["artifacts"] if each["kind"] == "source")
            content = (await self._insist(session, "download", source["href"])).body
            job.intact = hashlib.sha256(content).hexdigest() == source["sha256"]

    async def _insist(self, session: Session, what: str, path: str) -> Answer:
        """Whoever has a build comes again when told to; only the refusals are refusals, and a failure stays one."""
        while True:
            refused = self.tally.refused[what]
            try:
                return await self._ask(session, what, "GET", path)
            except Broken:
                if self.tally.refused[what] == refused:
                    raise
                await asyncio.sleep(_COME_AGAIN_S)

    async def _follow(self, session: Session, job: Job) -> None:
        """As EventSource does: what was cut is resumed after the last event, and 204 ends it."""
        path = f"/v1/builds/{job.build_id}/events"
        while not job.ended:
            began = time.monotonic()
            resumed = {"last-event-id": str(job.events[-1][0])} if job.events else {}
            try:
                answer, pieces = await session.connection().follow(path, headers={**self._headers(), **resumed})
                if answer.status != 200:
                    answer = Answer(answer.status, answer.headers, b"".join([piece async for piece in pieces]))
            except (Cut, OSError) as error:
                self._broke("follow", error)
            if not self.tally.ended("follow", answer, expected=(200, 204), seconds=time.monotonic() - began):
                raise Broken
            if answer.status == 204:
                return
            try:
                await job.hear(pieces)
            except Cut:
                session.close()
            if not job.ended:
                job.reconnected += 1
                await asyncio.sleep(_RECONNECT_S)

    async def _ask(
        self,
        session: Session,
        what: str,
        method: str,
        path: str,
        *,
        body: bytes = b"",
        expected: Sequence[int] = (200,),
        since: float | None = None,
    ) -> Answer:
        began = time.monotonic() if since is None else since
        try:
            answer = await session.connection().ask(method, path, body=body, headers=self._headers())
        except (Cut, OSError) as error:
            self._broke(what, error)
        if not self.tally.ended(what, answer, expected=expected, seconds=time.monotonic() - began):
            raise Broken
        return answer

    def _broke(self, what: str, error: Exception) -> Any:
        self.tally.broke(what, f"{type(error).__name__}: {error}")
        raise Broken from error
