"""A development log that is older than the tree opens, keeps its events as they are, and is only taken over whole."""

import hashlib
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from pcf_audit.adapters.sqlite_schema import DatabaseUnusableError, shipped
from pcf_audit.adapters.sqlite_store import open_sqlite
from pcf_audit.adapters.sqlite_takeover import take_over
from pcf_audit.domain.event import Entry, Event
from pcf_audit.domain.selection import LAST, Filter, Selection
from pcf_audit.ledger import Ledger
from pcf_audit.metrics import AuditMetrics
from pcf_audit.notary import Notary
from pcf_audit.vault import Vault
from pcf_runtime.sealing import Sealer
from pcf_runtime.testing import FakeClock
from prometheus_client import CollectorRegistry

Maker = Callable[..., Event]
SECOND = 1_000_000_000
EVENTS = 603
BATCH = 7


@pytest.fixture
def old_log(tmp_path: Path, make_event: Maker) -> Path:
    """As the version before the tree left it: seven events a transaction, one second between two."""
    database = tmp_path / "audit.db"
    previous = "0" * 64
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.executescript(shipped()[0].sql)
        connection.execute(
            "CREATE TABLE migrations "
            "(version INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_time TEXT NOT NULL) STRICT"
        )
        step = shipped()[0]
        connection.execute("INSERT INTO migrations VALUES (?, ?, ?, 'then')", (step.version, step.name, step.sha256))
        for number in range(EVENTS):
            content = old_content(make_event(number), number)
            hashed = hashlib.sha256(previous.encode() + content).hexdigest()
            connection.execute(
                "INSERT INTO entries (idx, content, previous_hash, entry_hash) VALUES (?, ?, ?, ?)",
                (number, content.decode(), previous, hashed),
            )
            previous = hashed
        connection.execute("UPDATE head SET event_count = ?, entry_hash = ?", (EVENTS, previous))
    return database


def old_content(event: Event, index: int) -> bytes:
    members = json.loads(Entry(event, index, index // BATCH * SECOND).content())
    del members["tenant"], members["personal"]
    return json.dumps(members, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class Opened:
    ledger: Ledger
    contents: list[bytes]
    sizes: list[int]
    taken: int
    taken_again: int


@pytest.fixture
async def opened(old_log: Path, notary: Notary, master: Sealer, clock: FakeClock) -> AsyncIterator[Opened]:
    async with open_sqlite(old_log, clock=clock) as store:
        taken = await take_over(store, notary=notary, database=old_log)
        taken_again = await take_over(store, notary=notary, database=old_log)
        ledger = Ledger(
            store,
            vault=Vault(store, [master], elapsed_s=lambda: clock.now().timestamp()),
            notary=notary,
            clock=clock,
            metrics=AuditMetrics(CollectorRegistry()),
            max_batch_events=1_000,
            max_waiting_events=1_000,
        )
        leaves = await store.read(Selection(), newest_first=False, limit=EVENTS + 1)
        sizes = [head.size for head in await store.heads(after=0, limit=EVENTS)]
        yield Opened(ledger, [leaf.content for leaf in leaves], sizes, taken, taken_again)
        await ledger.close()


async def test_old_contents_are_the_first_leaves(opened: Opened, make_event: Maker):
    assert [old_content(make_event(number), number) for number in range(EVENTS)] == opened.contents
    assert (opened.taken, opened.taken_again) == (EVENTS, 0)


async def test_each_old_transaction_has_its_checkpoint(opened: Opened):
    assert [min(EVENTS, size) for size in range(BATCH, EVENTS + BATCH, BATCH)] == opened.sizes


async def test_a_log_that_was_taken_over_holds(opened: Opened, make_event: Maker):
    await opened.ledger.append([make_event(EVENTS)])
    verdict = await opened.ledger.verify()

    assert (verdict.broken, verdict.event_count) == (None, EVENTS + 1)


async def test_old_events_are_read_and_found(opened: Opened, make_event: Maker):
    await opened.ledger.append([make_event(EVENTS)])
    page = await opened.ledger.page(Filter(actor="maker@example.com"), end=LAST, limit=3)

    assert [make_event(number) for number in (603, 602, 601)] == [recorded.event for recorded in page.entries]
    assert not any(recorded.is_erased for recorded in page.entries)


async def test_an_old_event_appended_again_is_known(opened: Opened, make_event: Maker):
    [receipt] = await opened.ledger.append([make_event(5)])

    assert (receipt.index, receipt.is_duplicate) == (5, True)


async def test_old_times_lead_to_old_events(opened: Opened):
    page = await opened.ledger.page(Filter(start_ns=2 * SECOND, end_ns=3 * SECOND), end=LAST, limit=50)

    assert [recorded.index for recorded in page.entries] == list(range(20, 13, -1))


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ("UPDATE entries SET content = replace(content, 'maker@', 'faker@') WHERE idx = 512", 512),
        ("UPDATE entries SET entry_hash = 'x' WHERE idx = 3", 3),
        ("DELETE FROM entries WHERE idx = 7", 7),
        ("DELETE FROM entries WHERE idx >= 600", 600),
        ("DELETE FROM head", EVENTS),
        ("UPDATE head SET entry_hash = 'x'", EVENTS),
    ],
)
async def test_a_broken_chain_is_not_taken_over(old_log: Path, notary: Notary, clock: FakeClock, change: str, at: int):
    with closing(sqlite3.connect(old_log)) as connection, connection:
        for [name] in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(change)
    async with open_sqlite(old_log, clock=clock) as store:
        with pytest.raises(DatabaseUnusableError, match=rf"audit\.db holds an older log .* broken at event {at}:"):
            await take_over(store, notary=notary, database=old_log)

        assert (await store.head()).size == 0


async def test_a_new_log_has_nothing_to_take_over(tmp_path: Path, notary: Notary, clock: FakeClock):
    async with open_sqlite(tmp_path / "new.db", clock=clock) as store:
        assert await take_over(store, notary=notary, database=tmp_path / "new.db") == 0
