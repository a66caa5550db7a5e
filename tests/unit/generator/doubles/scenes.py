"""A store of builds, and words that bring builds into every state."""

import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from pcf_generator.build_store import BuildStore, Lease, Request
from pcf_generator.desk import Desk
from pcf_generator.domain import build as domain
from pcf_generator.domain.build import Artifact, BuildOptions, BuildState, EventType, NewEvent, Result
from pcf_generator.domain.refusal import Choice, Problem, Question
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import TrailEntry
from pcf_runtime.testing import FakeClock

from tests.unit.generator.doubles.admissions import letting_in
from tests.unit.generator.doubles.memory import MemoryArtifacts

QUESTION = Question("kind", "PCF-INT-002", "Which?", (Choice("a", "A"), Choice("b", "B")))


PROBLEM = Problem("PCF-CAP-001", Stage.MATCH, "none fits", "There is none.", "Ask for another.", ("slider",))


RESULT = Result(
    "star-rating",
    "StarRating",
    "PcfBuilder",
    "Star rating",
    (),
    (Artifact("source", "StarRating-source.zip", "application/zip", "5e" * 32, 3),),
)


OpenStore = Callable[[], Awaitable[BuildStore]]


@dataclass
class Scene:
    """A store, and words that bring builds into every state. `open` gives another instance's store on the same data."""

    store: BuildStore
    clock: FakeClock
    new_id: Callable[[], str]
    open: OpenStore

    @property
    def desk(self) -> Desk:
        return Desk(self.store, MemoryArtifacts(), clock=self.clock.now, new_id=self.new_id, admission=letting_in(1000))

    def request(
        self, request_id: str = "", *, fingerprint: str = "same", actor: str = "maker", tenant: str = "default"
    ) -> Request:
        return Request(request_id, fingerprint, actor, f"trace {request_id}".strip(), tenant)

    def draft(self, prompt: str = "5 stars", **fields: object) -> domain.Build:
        now = self.clock.now()
        build = domain.Build(self.new_id(), prompt, BuildOptions(), "maker", BuildState.QUEUED, now, now, "trace")
        return replace(build, **fields)

    async def queued(self, prompt: str = "5 stars", **fields: object) -> domain.Build:
        return await self.store.create(self.draft(prompt, **fields), self.request(), queue_limit=1000)

    async def running(self, owner: str = "one", *, lease_s: float = 30.0) -> Lease:
        """A build of its own, claimed: no other may wait when this is said."""
        build = await self.queued()
        lease = await self.store.claim(owner, lease_s=lease_s)
        assert lease is not None
        assert build.id == lease.build.id
        return lease

    async def reclaimed(self, owner: str = "another", *, lease_s: float = 30.0) -> Lease:
        """What runs, claimed anew: whoever ran it is gone."""
        self.clock.advance(60)
        lease = await self.store.claim(owner, lease_s=lease_s)
        assert lease is not None
        return lease

    async def asking(self) -> domain.Build:
        return await self.settle(await self.running(), BuildState.NEEDS_INPUT, EventType.NEEDS_INPUT, question=QUESTION)

    async def failed(self) -> domain.Build:
        ended = {"problem": PROBLEM, "stage": PROBLEM.stage, "end_time": self.clock.now()}
        return await self.settle(await self.running(), BuildState.FAILED, EventType.FAILED, **ended)

    async def succeeded(self, result: Result = RESULT) -> domain.Build:
        ended = {"result": result, "end_time": self.clock.now()}
        return await self.settle(await self.running(), BuildState.SUCCEEDED, EventType.SUCCEEDED, **ended)

    async def cancelled(self) -> domain.Build:
        return await self.desk.cancel((await self.queued()).id, self.request())

    async def settle(self, lease: Lease, state: BuildState, kind: EventType, **fields: object) -> domain.Build:
        return await self.store.settle(
            lease,
            lambda build: replace(build, state=state, **fields),
            event=NewEvent(kind, "Settled.", Stage.MATCH),
            trail=[TrailEntry(f"build.{kind}")],
        )

    async def events(self, build: domain.Build | Lease) -> list[domain.BuildEvent]:
        build_id = build.build.id if isinstance(build, Lease) else build.id
        return list(await self.store.events(build_id, after=0, limit=1000))


def rising_ids() -> Callable[[], str]:
    """Ids as ULIDs are, each greater than the last."""
    numbers = itertools.count(1)
    return lambda: f"{next(numbers):026d}"
