"""Verification of a stored log, whatever was done to the file."""

import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from pcf_audit.adapters.sqlite_store import open_sqlite
from pcf_audit.domain.chain import GENESIS, Break, Head, Link
from pcf_audit.domain.event import Event
from pcf_audit.ports import EventStore
from pcf_audit.verification import Verdict, verify
from pcf_runtime.testing import FakeClock

Maker = Callable[..., Event]
LinkMaker = Callable[[Sequence[Event]], list[Link]]
Tamper = Callable[[str], None]


@pytest.fixture(scope="session")
def links(make_event: Maker, make_links: LinkMaker) -> list[Link]:
    return make_links([make_event(number) for number in range(505)])


@pytest.fixture
async def log(tmp_path: Path, clock: FakeClock, links: list[Link]) -> AsyncIterator[EventStore]:
    """More events than verification reads at a time, in a file."""
    async with open_sqlite(tmp_path / "audit.db", clock=clock) as store:
        async with store.writing() as transaction:
            await transaction.add(links, Head(len(links), links[-1].entry_hash, 0))
        yield store


@pytest.fixture
def tamper(log: EventStore, tmp_path: Path) -> Tamper:
    """Does to the file what the triggers refuse."""

    def apply(change: str) -> None:
        with closing(sqlite3.connect(tmp_path / "audit.db", isolation_level=None)) as connection:
            triggers = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
            for [name] in triggers:
                connection.execute(f"DROP TRIGGER {name}")
            connection.executescript(change)

    return apply


async def test_an_empty_log_holds(store: EventStore):
    assert Verdict(0, GENESIS, None) == await verify(store)


async def test_an_untouched_log_holds(log: EventStore, links: list[Link]):
    assert Verdict(505, links[-1].entry_hash, None) == await verify(log)


MISMATCH = "the content does not match entry_hash"
UNCHAINED = "previous_hash is not the hash of the event before"
BEHIND = "an event stands behind the end of the log"
MISSING = "the event is missing"
FORGED = "INSERT INTO entries (idx, content, previous_hash, entry_hash) SELECT"
REPLACE_ROW = f"""{FORGED.replace("INSERT", "INSERT OR REPLACE")}
idx, replace(content, 'maker@', 'faker@'), previous_hash, entry_hash FROM entries WHERE idx = {{at}}"""
MOVE_UP = "UPDATE entries SET idx = -idx WHERE idx > {at}; UPDATE entries SET idx = -idx - 1 WHERE idx < 0;"


@pytest.mark.parametrize("at", [0, 7, 199, 200, 504])
@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            "UPDATE entries SET content = replace(content, 'maker@', 'faker@') WHERE idx = {at}",
            MISMATCH,
        ),
        (
            "UPDATE entries SET content = content || ' ' WHERE idx = {at}",
            MISMATCH,
        ),
        ("UPDATE entries SET entry_hash = 'x' WHERE idx = {at}", MISMATCH),
        (
            "UPDATE entries SET previous_hash = 'x' WHERE idx = {at}",
            UNCHAINED,
        ),
        (REPLACE_ROW, MISMATCH),
        ("DELETE FROM entries WHERE idx = {at}", MISSING),
        ("DELETE FROM entries WHERE idx >= {at}", MISSING),
    ],
)
async def test_a_changed_file_is_found_at_its_index(
    log: EventStore, tamper: Tamper, links: list[Link], *, at: int, change: str, fault: str
):
    tamper(change.format(at=at))

    good_hash = links[at - 1].entry_hash if at else GENESIS
    assert Verdict(at, good_hash, Break(at, fault)) == await verify(log)


@pytest.mark.parametrize("at", [0, 7, 199, 200, 503])
async def test_a_row_taken_out_with_the_rest_moved_up_is_found(log: EventStore, tamper: Tamper, at: int):
    tamper(f"DELETE FROM entries WHERE idx = {at}; {MOVE_UP.format(at=at)}")

    broken = (await verify(log)).broken

    assert Break(at, UNCHAINED) == broken


async def test_two_rows_in_each_others_place_are_found(log: EventStore, tamper: Tamper):
    tamper(
        "UPDATE entries SET idx = -1 WHERE idx = 8; UPDATE entries SET idx = 8 WHERE idx = 400; "
        "UPDATE entries SET idx = 400 WHERE idx = -1;"
    )

    assert Break(8, UNCHAINED) == (await verify(log)).broken


async def test_a_row_put_in_front_is_found(log: EventStore, tamper: Tamper):
    tamper(f"{FORGED} -1, replace(content, event_id, 'x'), 'x', 'x' FROM entries WHERE idx = 0")

    assert Break(0, "an event stands out of order") == (await verify(log)).broken


async def test_a_row_put_behind_the_end_is_found(log: EventStore, tamper: Tamper):
    tamper(f"{FORGED} 505, replace(content, event_id, 'x'), entry_hash, 'x' FROM entries WHERE idx = 504")

    assert Break(505, BEHIND) == (await verify(log)).broken


async def test_a_row_put_far_behind_the_end_is_found(log: EventStore, tamper: Tamper):
    tamper(f"{FORGED} 999, replace(content, event_id, 'x'), entry_hash, 'x' FROM entries WHERE idx = 504")

    assert Break(505, BEHIND) == (await verify(log)).broken


async def test_a_head_set_back_is_found(log: EventStore, tamper: Tamper, links: list[Link]):
    tamper(f"UPDATE head SET event_count = 10, entry_hash = '{links[9].entry_hash}'")

    assert Break(10, BEHIND) == (await verify(log)).broken


async def test_a_lost_head_is_found(log: EventStore, tamper: Tamper):
    tamper("DELETE FROM head")

    assert Break(0, BEHIND) == (await verify(log)).broken


async def test_a_head_with_another_hash_is_found(log: EventStore, tamper: Tamper):
    tamper("UPDATE head SET entry_hash = 'x'")

    assert Break(504, "the hash is not the one recorded as the log's head") == (await verify(log)).broken


class GrowingStore:
    """Gets another event before each read."""

    def __init__(self, store: EventStore, links: Sequence[Link]) -> None:
        self._store = store
        self._links = iter(links)

    async def head(self) -> Head:
        return await self._store.head()

    async def read(self, *arguments: object, **options: object) -> Sequence[Link]:
        link = next(self._links)
        async with self._store.writing() as transaction:
            await transaction.add([link], Head(link.index + 1, link.entry_hash, 0))
        return await self._store.read(*arguments, **options)  # type: ignore[arg-type]


async def test_a_log_that_grows_meanwhile_holds(store: EventStore, links: list[Link]):
    async with store.writing() as transaction:
        await transaction.add(links[:400], Head(400, links[399].entry_hash, 0))

    verdict = await verify(GrowingStore(store, links[400:]))  # type: ignore[arg-type]

    assert Verdict(400, links[399].entry_hash, None) == verdict
