"""What only the SQLite store does: how it finds, how it is kept from change, how it fails."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import aiosqlite
import pytest
from pcf_audit.adapters.sqlite_schema import DatabaseUnusableError
from pcf_audit.adapters.sqlite_store import SqliteEventStore, open_sqlite
from pcf_audit.domain.event import Event
from pcf_audit.domain.selection import Selection
from pcf_audit.domain.tenant_key import WrappedKey
from pcf_audit.domain.tree import EMPTY, Batch, Leaf
from pcf_audit.errors import LogDamaged, StoreUnavailable
from pcf_audit.ports import Clock
from pcf_runtime.testing import FakeClock

Maker = Callable[..., Event]
BatchMaker = Callable[[Sequence[Event]], list[Batch]]
WINDOW = "rowid>? AND rowid<?"
REPLACE = "INSERT OR REPLACE INTO entries (idx, content, leaf_hash)"


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "audit.db"


@pytest.fixture
def batches(make_event: Maker, make_batches: BatchMaker) -> list[Batch]:
    return make_batches([make_event(number) for number in range(5)])


@pytest.fixture
async def store(database: Path, clock: FakeClock, batches: list[Batch]) -> AsyncIterator[SqliteEventStore]:
    """With something in every table."""
    async with open_sqlite(database, clock=clock) as opened:
        await add(opened, [replace(batches[0], subtrees={(8, 0): b"hash"}), *batches[1:]])
        await opened.keep(WrappedKey("contoso", "11", b"wrapped"))
        yield opened


@pytest.fixture
def intruder(store: SqliteEventStore, database: Path) -> Iterator[sqlite3.Connection]:
    """Somebody else's connection to the same file."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        yield connection


async def add(store: SqliteEventStore, batches: Sequence[Batch]) -> None:
    for batch in batches:
        async with store.writing() as transaction:
            await transaction.add(batch)


def leaves_of(batches: Sequence[Batch]) -> list[Leaf]:
    return [row.leaf for batch in batches for row in batch.rows]


class SpiedConnection:
    """A connection that keeps the plans of what it is asked."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self.plans: list[str] = []

    async def execute_fetchall(self, sql: str, values: Sequence[object] = ()) -> list[object]:
        plan = await self._connection.execute_fetchall(f"EXPLAIN QUERY PLAN {sql}", values)
        self.plans.append("; ".join(row[3] for row in plan))
        return []

    async def rollback(self) -> None:
        """There is nothing to take back: a plan is no change."""


@pytest.fixture
async def spied(store: SqliteEventStore, database: Path) -> AsyncIterator[SpiedConnection]:
    async with aiosqlite.connect(database, isolation_level=None) as connection:
        yield SpiedConnection(connection)


@pytest.mark.parametrize(
    ("selection", "plan"),
    [
        (Selection(), f"SEARCH entries USING INTEGER PRIMARY KEY ({WINDOW})"),
        (
            Selection(build="b"),
            f"SEARCH entries USING INDEX entries_by_build (build=? AND {WINDOW})",
        ),
        (
            Selection(actors=("a",)),
            f"SEARCH entries USING INDEX entries_by_actor (actor=? AND {WINDOW})",
        ),
        (Selection(type="t"), f"SEARCH entries USING INDEX entries_by_type (type=? AND {WINDOW})"),
        (
            Selection(actors=("a",), type="t"),
            f"SEARCH entries USING INDEX entries_by_actor_and_type (actor=? AND type=? AND {WINDOW})",
        ),
        (Selection(tenant="t"), f"SEARCH entries USING INDEX entries_by_tenant (tenant=? AND {WINDOW})"),
        (
            Selection(tenant="t", type="t"),
            f"SEARCH entries USING INDEX entries_by_tenant_and_type (tenant=? AND type=? AND {WINDOW})",
        ),
        (
            Selection(tenant="t", actors=("a",)),
            f"SEARCH entries USING INDEX entries_by_actor (actor=? AND {WINDOW})",
        ),
        (
            Selection(build="b", actors=("a",), type="t"),
            f"SEARCH entries USING INDEX entries_by_build (build=? AND {WINDOW})",
        ),
    ],
)
@pytest.mark.parametrize("newest_first", [True, False])
async def test_a_page_begins_anywhere_by_index_and_is_never_sorted(
    spied: SpiedConnection, selection: Selection, plan: str, *, newest_first: bool
):
    store = SqliteEventStore(writer=spied, reader=spied)  # type: ignore[arg-type]
    await store.read(selection, newest_first=newest_first, limit=50)

    assert [plan] == spied.plans


async def test_a_time_and_an_id_are_found_by_index(spied: SpiedConnection):
    store = SqliteEventStore(writer=spied, reader=spied)  # type: ignore[arg-type]
    await store.index_at(5)
    await store.find("x")

    assert [plan.replace("USING COVERING INDEX", "USING INDEX") for plan in spied.plans] == [
        "SEARCH heads USING INDEX heads_by_record_time (record_time>?)",
        "SEARCH entries USING INDEX entries_by_event_id (event_id=?)",
    ]


async def test_known_events_are_found_by_index(spied: SpiedConnection):
    store = SqliteEventStore(writer=spied, reader=spied)  # type: ignore[arg-type]
    async with store.writing() as transaction:
        await transaction.known(["x", "y"])

    assert any("entries USING INDEX entries_by_event_id (event_id=?)" in plan for plan in spied.plans)
    assert not any("SCAN entries" in plan for plan in spied.plans)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE entries SET content = '{}' WHERE idx = 2",
        "UPDATE entries SET idx = 99 WHERE idx = 2",
        "DELETE FROM entries WHERE idx = 4",
        "DELETE FROM entries",
        "UPDATE heads SET size = 9 WHERE size = 4",
        "UPDATE heads SET root = x'00'",
        "DELETE FROM heads",
        "UPDATE subtrees SET hash = x'00'",
        "DELETE FROM subtrees",
        "UPDATE keys SET wrapped = x'00'",
    ],
)
async def test_the_database_refuses_any_change(
    store: SqliteEventStore, intruder: sqlite3.Connection, batches: list[Batch], change: str
):
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        intruder.execute(change)

    assert leaves_of(batches) == list(await store.read(Selection(), newest_first=False, limit=9))


@pytest.mark.parametrize("index", [3, 99])
async def test_our_own_connection_cannot_replace(store: SqliteEventStore, index: int):
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        await store._writer.execute_fetchall(f"{REPLACE} SELECT {index}, content, x'00' FROM entries WHERE idx = 3")


async def test_a_place_that_is_taken_is_not_written_again(store: SqliteEventStore, batches: list[Batch]):
    with pytest.raises(LogDamaged):
        await add(store, batches[4:])


@pytest.mark.parametrize(("pragma", "value"), [("journal_mode", "wal"), ("synchronous", 2), ("fullfsync", 1)])
async def test_a_commit_is_on_the_disk(store: SqliteEventStore, pragma: str, value: object):
    async with store.writing():
        [row] = await store._writer.execute_fetchall(f"PRAGMA {pragma}")

    assert value == row[0]


async def test_reading_cannot_write(store: SqliteEventStore):
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await store._reader.execute_fetchall("UPDATE heads SET size = 99")


async def test_a_store_locked_by_another_process_is_unavailable(store: SqliteEventStore, intruder: sqlite3.Connection):
    await store._writer.execute_fetchall("PRAGMA busy_timeout = 1")
    intruder.execute("BEGIN IMMEDIATE")

    with pytest.raises(StoreUnavailable):
        async with store.writing():
            pass


async def test_a_store_that_was_locked_can_be_written_later(store: SqliteEventStore, intruder: sqlite3.Connection):
    await store._writer.execute_fetchall("PRAGMA busy_timeout = 1")
    intruder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable):
        async with store.writing():
            pass
    intruder.execute("ROLLBACK")

    async with store.writing() as transaction:
        assert (await transaction.head()).size == 5


async def test_a_store_without_its_tables_is_damaged(store: SqliteEventStore, intruder: sqlite3.Connection):
    intruder.execute("DROP TABLE heads")

    with pytest.raises(LogDamaged):
        await store.head()


async def test_lost_heads_are_an_empty_one(store: SqliteEventStore, intruder: sqlite3.Connection):
    intruder.execute("DROP TRIGGER heads_are_never_deleted")
    intruder.execute("DELETE FROM heads")

    assert await store.head() == EMPTY


async def test_bytes_that_are_no_text_are_read_as_they_are(
    store: SqliteEventStore, intruder: sqlite3.Connection, batches: list[Batch]
):
    changed = leaves_of(batches)[3].content.replace(b"maker", b"\xff\xfe")
    intruder.execute("DROP TRIGGER entries_are_never_changed")
    intruder.execute("UPDATE entries SET content = CAST(? AS TEXT) WHERE idx = 3", (changed,))
    [leaf] = await store.read(Selection(first=3, end=4), newest_first=True, limit=1)

    assert changed == leaf.content


async def test_a_file_that_is_no_database_is_named(tmp_path: Path, clock: FakeClock):
    (tmp_path / "notes.txt").write_text("not a database, however long one reads it")

    with pytest.raises(DatabaseUnusableError, match=r"notes\.txt cannot be used: file is not a database"):
        async with open_sqlite(tmp_path / "notes.txt", clock=clock):
            pass


async def test_a_folder_in_the_place_of_the_file_is_named(tmp_path: Path, clock: FakeClock):
    (tmp_path / "audit.db").mkdir()

    with pytest.raises(DatabaseUnusableError, match=r"audit\.db cannot be used: unable to open"):
        async with open_sqlite(tmp_path / "audit.db", clock=clock):
            pass


async def test_a_log_in_memory_is_refused(clock: FakeClock):
    with pytest.raises(DatabaseUnusableError, match="without WAL: memory"):
        async with open_sqlite(Path(":memory:"), clock=clock):
            pass


async def test_two_processes_on_one_file_write_one_log(
    store: SqliteEventStore, database: Path, clock: Clock, make_event: Maker, make_batches: BatchMaker
):
    more = make_batches([make_event(number) for number in range(7)])
    async with open_sqlite(database, clock=clock) as other:
        await add(other, more[5:6])
        await add(store, more[6:])

        assert leaves_of(more) == list(await other.read(Selection(), newest_first=False, limit=9))


async def test_an_erased_key_is_gone(store: SqliteEventStore):
    assert await store.erase("contoso") == 1
    assert await store.key_of("contoso") is None
    assert await store.erase("contoso") == 0
