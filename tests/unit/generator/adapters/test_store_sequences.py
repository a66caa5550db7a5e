"""BuildStore: whatever happens to builds at once, their events are 1, 2, 3 … and the build knows the last."""

import asyncio
import itertools
import tempfile
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pcf_generator.adapters.postgres.opening import open_store
from pcf_generator.adapters.sqlite.build_store import SqliteBuildStore
from pcf_generator.adapters.sqlite.database import Database
from pcf_generator.build_store import BuildStore, Lease, Request, StoreRefusal
from pcf_generator.desk import Desk
from pcf_generator.domain.build import Build, BuildOptions, BuildState, EventType, NewEvent
from pcf_generator.domain.refusal import Choice, Question
from pcf_generator.domain.stage import Stage
from pcf_generator.ports.journal import Checkpoint, LeaseLost, StageDone
from pcf_runtime.testing import FakeClock

from tests.unit.generator.doubles.admissions import letting_in

BUILDS = ["0" * 25 + "1", "0" * 25 + "2"]
QUESTION = Question("kind", "PCF-INT-002", "Which?", (Choice("a", "A"), Choice("b", "B")))
NOBODY = Request("", "", "maker", "trace")
ACTIONS = ["claim", "begin", "stage", "succeed", "ask", "hand_back", "lose", "cancel", "resume", "answer"]


@dataclass
class Play:
    """Two instances on one store; each action is tried, whether it fits or not."""

    stores: list[BuildStore]
    clock: FakeClock
    leases: list[Lease] = field(default_factory=list)

    async def act(self, action: str, instance: int, which: int) -> None:
        store, build_id = self.stores[instance], BUILDS[which % 2]
        desk = Desk(store, None, clock=self.clock.now, new_id=str, admission=letting_in(100))
        lease = self.leases[which % len(self.leases)] if self.leases else None
        try:
            match action:
                case "claim":
                    if claimed := await store.claim(f"instance {instance}", lease_s=30):
                        self.leases.append(claimed)
                case "lose":
                    self.clock.advance(31)
                case "cancel":
                    await desk.cancel(build_id, NOBODY)
                case "resume":
                    await desk.resume(build_id, NOBODY)
                case "answer":
                    await desk.answer(build_id, "", "a", NOBODY)
                case _ if lease:
                    await self.run(action, store, lease)
        except (StoreRefusal, LeaseLost):
            pass

    async def run(self, action: str, store: BuildStore, lease: Lease) -> None:
        match action:
            case "begin":
                await store.begin(lease, "releases/0123456789abcdef")
            case "stage":
                done = StageDone(Stage.INTERPRET, Checkpoint("hash", "{}"), 0.1, "Done.", ())
                await store.stage_done(lease, done, then=Stage.MATCH)
            case "hand_back":
                await store.hand_back(lease, message="Stopping.")
            case "succeed":
                await settle(store, lease, EventType.SUCCEEDED, state=BuildState.SUCCEEDED)
            case "ask":
                await settle(store, lease, EventType.NEEDS_INPUT, state=BuildState.NEEDS_INPUT, question=QUESTION)


async def settle(store: BuildStore, lease: Lease, kind: EventType, **fields: object) -> None:
    await store.settle(lease, lambda build: replace(build, **fields), event=NewEvent(kind, ""), trail=())


moves = st.tuples(st.sampled_from(ACTIONS), st.integers(0, 1), st.integers(0, 5))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(moves, min_size=1, max_size=5), max_size=12))
def test_sequences_have_no_gap_and_the_build_knows_the_last(rounds):
    """The moves of a round happen at once, on two instances."""
    asyncio.run(on_sqlite(rounds))


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.lists(moves, min_size=1, max_size=5), max_size=12))
def test_sequences_have_no_gap_on_a_database_that_instances_share(postgres, builds_database, rounds):
    builds_database.clear(postgres)
    asyncio.run(on_postgres(builds_database, rounds))


async def on_sqlite(rounds):
    clock, new_id = FakeClock(), rising_ids()
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            stores = []
            for _ in range(2):
                database = await Database.open(Path(folder, "builds.db"))
                stack.push_async_callback(database.close)
                stores.append(SqliteBuildStore(database, clock=clock.now, new_id=new_id))
            await play(stores, clock, rounds)


async def on_postgres(builds_database, rounds):
    clock, new_id = builds_database.clock(), rising_ids()
    async with AsyncExitStack() as stack:
        stores = [
            await stack.enter_async_context(open_store(builds_database.url, size=3, new_id=new_id)) for _ in range(2)
        ]
        await play(stores, clock, rounds)


async def play(stores, clock, rounds):
    for build_id in BUILDS:
        build = Build(build_id, "x", BuildOptions(), "maker", BuildState.QUEUED, clock.now(), clock.now())
        await stores[0].create(build, NOBODY, queue_limit=10)
    played = Play(stores, clock)
    for moves_at_once in rounds:
        await asyncio.gather(*(played.act(*move) for move in moves_at_once))
    for build_id in BUILDS:
        await holds_together(stores[1], build_id)


def rising_ids():
    numbers = itertools.count(10)
    return lambda: f"{next(numbers):026d}"


async def holds_together(store, build_id):
    build, events = await store.get(build_id, tenant="default"), await store.events(build_id, after=0, limit=1000)
    assert list(range(1, build.last_sequence + 1)) == [event.sequence for event in events]
    # A claim alone tells nothing, so a running build may have been queued at its last event.
    assert build.state is events[-1].state or (BuildState.RUNNING, BuildState.QUEUED) == (build.state, events[-1].state)
    assert (build.state is BuildState.NEEDS_INPUT) == (build.question is not None)
    assert 0 <= build.claims
