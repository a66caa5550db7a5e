"""Deletions, on every store: what is in scope goes whole, and nothing else is touched."""

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from pcf_generator.adapters.postgres.clearing import PostgresDeletions
from pcf_generator.adapters.postgres.opening import open_database
from pcf_generator.adapters.sqlite.clearing import SqliteDeletions
from pcf_generator.adapters.sqlite.database import Database
from pcf_generator.build_store import BuildUnknown
from pcf_generator.clearing import Cleared, Clearing, Deletions, Scope
from pcf_generator.domain.build import BuildState, EventType, NewEvent
from pcf_generator.domain.stage import Stage
from pcf_generator.ports.journal import Checkpoint, LeaseLost, StageDone

from tests.unit.generator.doubles.scenes import RESULT, Scene, rising_ids


@dataclass
class Cleaner:
    """A scene, and who may delete in it."""

    scene: Scene
    store: Deletions
    rows: Callable[[str], list[tuple[object, ...]]]

    async def build(self, tenant: str, name: str, *, state: BuildState = BuildState.SUCCEEDED) -> Any:
        """One that has been through everything, with a file called after `name`."""
        build = await self.scene.queued(tenant=tenant)
        if state is BuildState.QUEUED:
            return build
        lease = await self.scene.store.claim("one", lease_s=600)
        assert lease.build.id == build.id
        await self.scene.store.begin(lease, "releases/0123456789abcdef")
        done = StageDone(Stage.INTERPRET, Checkpoint(f"{tenant} {name}", "x"), 0.1, "Read.", (), shared=True)
        await self.scene.store.stage_done(lease, done, then=Stage.MATCH)
        if state is BuildState.RUNNING:
            return lease
        artifact = replace(RESULT.artifacts[0], sha256=name)
        ended = {"result": replace(RESULT, artifacts=(artifact,)), "end_time": self.scene.clock.now()}
        return await self.scene.settle(lease, state, EventType.SUCCEEDED, **ended)

    def left(self, tenant: str) -> list[object]:
        """Everything that is kept of a tenant's builds."""
        own = f"build_id IN (SELECT id FROM builds WHERE tenant = '{tenant}')"
        return [
            self.rows(f"SELECT id, state, prompt FROM builds WHERE tenant = '{tenant}' ORDER BY id"),
            self.rows(f"SELECT build_id, sequence, message FROM build_events WHERE {own} ORDER BY 1, 2"),
            self.rows(f"SELECT build_id, stage, content FROM checkpoints WHERE {own} ORDER BY 1, 2"),
            self.rows(f"SELECT request_id FROM requests WHERE {own} ORDER BY 1"),
            self.rows(f"SELECT sha256, build_id FROM artifact_builds WHERE {own} ORDER BY 1, 2"),
            self.rows(f"SELECT input_hash, content FROM shared_results WHERE tenant = '{tenant}' ORDER BY 1"),
        ]


def operator() -> dict[str, Any]:
    new_id = rising_ids()
    return {"actor": "operator", "new_id": lambda: f"erased {new_id()}"}


@pytest.fixture
async def sqlite_cleaner(sqlite_scene, tmp_path, query):
    database = await Database.open(tmp_path / "builds.db")
    yield Cleaner(sqlite_scene, SqliteDeletions(database, clock=sqlite_scene.clock.now, **operator()), query)
    await database.close()


@pytest.fixture
async def postgres_cleaner(postgres_scene, postgres, builds_database):
    def ask(sql: str) -> list[tuple[object, ...]]:
        text = postgres.execute(sql, database=builds_database.url.rpartition("/")[2])
        return [tuple(line.split("|")) for line in text.splitlines()]

    async with open_database(builds_database.url, size=2) as database:
        yield Cleaner(postgres_scene, PostgresDeletions(database, **operator()), ask)


@pytest.fixture(params=["sqlite", "postgres"])
def cleaner(request):
    """The same on every store."""
    return request.getfixturevalue(f"{request.param}_cleaner")


class KeptFiles:
    """Files in memory, and where each is."""

    def __init__(self, *names: str) -> None:
        self.places = dict.fromkeys(names, "in use")

    async def put_aside(self, sha256: str) -> None:
        if self.places.get(sha256) == "in use":
            self.places[sha256] = "aside"

    async def bring_back(self, sha256: str) -> None:
        self.places[sha256] = "in use"

    async def drop(self, sha256: str) -> None:
        del self.places[sha256]


async def test_a_tenant_goes_whole_and_another_stays_as_it_was(cleaner):
    for name in ("a", "b", "shared"):
        await cleaner.build("contoso", name)
        await cleaner.build("fabrikam", f"own-{name}" if name != "shared" else name)
    await cleaner.build("contoso", "c", state=BuildState.RUNNING)
    await cleaner.build("contoso", "c", state=BuildState.QUEUED)
    before = cleaner.left("fabrikam")
    files = KeptFiles("a", "b", "shared", "own-a", "own-b")
    clearing = Clearing(cleaner.store, files)
    total = await clearing.rows(Scope("contoso"))
    assert (5, 4, 4) == (total.builds, total.checkpoints, total.results)
    assert [[]] * 6 == cleaner.left("contoso")
    assert before == cleaner.left("fabrikam")
    assert 2 == await clearing.artifacts(patience_s=5)
    assert {"shared", "own-a", "own-b"} == files.places.keys()
    assert not await cleaner.store.loose()


async def test_each_batch_is_told_once_and_a_repetition_tells_nothing(cleaner):
    await cleaner.build("contoso", "a")
    already = len(await cleaner.scene.store.undelivered(limit=100))
    await Clearing(cleaner.store, KeptFiles()).rows(Scope("contoso"))
    assert Cleared() == await Clearing(cleaner.store, KeptFiles()).rows(Scope("contoso"))
    (entry,) = (await cleaner.scene.store.undelivered(limit=100))[already:]
    assert ("builds.erased", "operator", "default", "") == (entry.entry.type, entry.actor, entry.tenant, entry.build_id)
    assert {"tenant": "contoso", "builds": "1"}.items() <= entry.entry.details.items()


async def test_batches_interrupted_after_any_of_them_finish_the_next_time(cleaner):
    for number in range(5):
        await cleaner.build("contoso", f"file {number}")
    first = await cleaner.store.clear(Scope("contoso"), limit=2)
    assert 2 == first.builds
    rest = await Clearing(cleaner.store, KeptFiles()).rows(Scope("contoso"))
    assert 3 == rest.builds
    assert [f"file {number}" for number in range(5)] == sorted(await cleaner.store.loose())
    told = [event for event in await cleaner.scene.store.undelivered(limit=1000) if "erased" in event.entry.type]
    assert 5 == sum(int(event.entry.details.get("builds", 0)) for event in told)


async def test_a_running_build_that_is_erased_loses_its_lease(cleaner):
    lease = await cleaner.build("contoso", "a", state=BuildState.RUNNING)
    await Clearing(cleaner.store, KeptFiles()).rows(Scope("contoso"))
    with pytest.raises(LeaseLost):
        await cleaner.scene.settle(lease, BuildState.SUCCEEDED, EventType.SUCCEEDED, result=RESULT)
    with pytest.raises(BuildUnknown):
        await cleaner.scene.store.get(lease.build.id, tenant="contoso")


async def test_only_what_ended_long_ago_is_retired(cleaner):
    old = [await cleaner.build("contoso", "old"), await cleaner.build("fabrikam", "old too")]
    await cleaner.scene.store.remember(Checkpoint("an answer", "x"), tenant="contoso")
    cleaner.scene.clock.advance(3600 * 24 * 10)
    kept = [await cleaner.build("contoso", "new"), await cleaner.build("contoso", "new", state=BuildState.QUEUED)]
    scope = Scope(before=cleaner.scene.clock.now() - timedelta(days=5))
    counted = await cleaner.store.count(scope)
    total = await Clearing(cleaner.store, KeptFiles()).rows(scope)
    assert (2, 2, 3) == (counted.builds, total.builds, total.results)
    assert [str(build.id) for build in kept] == [row[0] for row in cleaner.left("contoso")[0]]
    assert {build.id for build in old}.isdisjoint(row[0] for row in cleaner.rows("SELECT id FROM builds"))
    assert await cleaner.scene.store.recall("contoso new")
    assert not await cleaner.scene.store.recall("an answer")


async def test_one_tenant_is_retired_and_no_other(cleaner):
    await cleaner.build("contoso", "a")
    await cleaner.build("fabrikam", "b")
    cleaner.scene.clock.advance(3600 * 24 * 10)
    before = cleaner.left("fabrikam")
    total = await Clearing(cleaner.store, KeptFiles()).rows(Scope("contoso", cleaner.scene.clock.now()))
    assert 1 == total.builds
    assert before == cleaner.left("fabrikam")


async def test_what_waits_or_runs_is_never_retired_however_old(cleaner):
    await cleaner.build("contoso", "a", state=BuildState.RUNNING)
    await cleaner.build("contoso", "b", state=BuildState.QUEUED)
    cleaner.scene.clock.advance(3600 * 24 * 100)
    total = await Clearing(cleaner.store, KeptFiles()).rows(Scope(before=cleaner.scene.clock.now()))
    assert 0 == total.builds


async def test_undeliverable_entries_go_with_their_tenant(cleaner):
    await cleaner.build("contoso", "a")
    await cleaner.build("fabrikam", "b")
    for event in await cleaner.scene.store.undelivered(limit=100):
        await cleaner.scene.store.set_aside(event.event_id, reason="refused")
    total = await Clearing(cleaner.store, KeptFiles()).rows(Scope("contoso"))
    assert 2 == total.undeliverable
    assert [("fabrikam",)] == cleaner.rows("SELECT DISTINCT tenant FROM undeliverable")


async def test_a_file_that_a_build_under_way_comes_to_use_is_brought_back(cleaner):
    await cleaner.build("contoso", "same")
    lease = await cleaner.build("fabrikam", "same", state=BuildState.RUNNING)
    files = KeptFiles("same")

    async def ends(_: float) -> None:
        """The build that was under way ends, with the file that was put aside meanwhile."""
        assert "aside" == files.places["same"]
        result = replace(RESULT, artifacts=(replace(RESULT.artifacts[0], sha256="same"),))
        await cleaner.scene.settle(lease, BuildState.SUCCEEDED, EventType.SUCCEEDED, result=result)

    clearing = Clearing(cleaner.store, files, sleep=ends)
    await clearing.rows(Scope("contoso"))
    assert 0 == await clearing.artifacts(patience_s=5)
    assert {"same": "in use"} == files.places


async def test_files_put_aside_before_a_crash_are_dealt_with_the_next_time(cleaner):
    await cleaner.build("contoso", "same")
    files = KeptFiles("same")
    await Clearing(cleaner.store, files).rows(Scope("contoso"))
    await files.put_aside("same")
    assert 1 == await Clearing(cleaner.store, files).artifacts(patience_s=5)
    assert {} == files.places


@pytest.mark.parametrize("seed", [1, 2])
async def test_whatever_there_is_of_many_tenants_only_one_goes(cleaner, seed):
    draw = random.Random(seed)  # noqa: S311 - no secret comes of it
    tenants = ["contoso", "contoso-2", "default", "fabrikam"]
    for _ in range(12):
        await cleaner.build(draw.choice(tenants), draw.choice("abcd"))
    gone = draw.choice(tenants)
    before = {tenant: cleaner.left(tenant) for tenant in tenants if tenant != gone}
    await Clearing(cleaner.store, KeptFiles()).rows(Scope(gone))
    assert before == {tenant: cleaner.left(tenant) for tenant in before}
    assert [[]] * 6 == cleaner.left(gone)


async def test_an_empty_scope_deletes_nothing(cleaner):
    await cleaner.build("contoso", "a")
    assert Cleared() == await Clearing(cleaner.store, KeptFiles()).rows(Scope())
    assert 1 == len(cleaner.rows("SELECT id FROM builds"))


async def test_another_build_may_be_made_while_a_tenant_is_erased(cleaner):
    await cleaner.build("contoso", "a")
    await cleaner.store.clear(Scope("contoso"), limit=1)
    build = await cleaner.scene.queued(tenant="contoso")
    assert build == await cleaner.scene.store.get(build.id, tenant="contoso")
    assert NewEvent(EventType.CREATED, "Queued.").type in {e.event.type for e in await cleaner.scene.events(build)}
