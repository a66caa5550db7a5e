"""Verification of a stored log, whatever was done to the database."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from pcf_audit.domain.event import Event
from pcf_audit.domain.tree import Break, Head, Row
from pcf_audit.errors import TreeSizeTooLarge
from pcf_audit.ledger import Ledger
from pcf_audit.notary import Notary
from pcf_audit.opening import Store
from pcf_audit.prover import Prover
from pcf_audit.vault import Vault
from pcf_audit.verification import Verdict, verify
from pcf_runtime.merkle import EMPTY_ROOT, Frontier, leaf_hash
from pcf_runtime.signed_note import Signer
from pcf_runtime.testing import FakeClock

from tests.unit.audit.intruder import Intruder, in_postgres, in_sqlite
from tests.unit.audit.memory_store import MemoryStore

Maker = Callable[..., Event]
COUNT = 600
BATCH = 37
on_databases = pytest.mark.parametrize("open_store", ["sqlite", "postgres"], indirect=True)


@dataclass(frozen=True, slots=True)
class Log:
    """A log with more events than verification reads at a time, and somebody at its database."""

    store: Store
    vault: Vault
    notary: Notary
    intruder: Intruder

    async def verify(self) -> Verdict:
        return await verify(self.store, notary=self.notary, vault=self.vault)

    async def do(self, *changes: str) -> None:
        for change in changes:
            await self.intruder.do(change)

    async def broken(self, *changes: str) -> Break | None:
        """What is found after these changes."""
        await self.do(*changes)
        return (await self.verify()).broken


@pytest.fixture
async def log(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    store: Store,
    ledger: Ledger,
    vault: Vault,
    notary: Notary,
    clock: FakeClock,
    make_event: Maker,
) -> AsyncIterator[Log]:
    for first in range(0, COUNT, BATCH):
        numbers = range(first, min(first + BATCH, COUNT))
        await ledger.append([make_event(number, tenant=f"t{number % 3}") for number in numbers])
        clock.advance(1)
    url = request.getfixturevalue("database_url") if request.node.callspec.params["open_store"] == "postgres" else ""
    async with in_postgres(url) if url else in_sqlite(tmp_path / "audit.db") as intruder:
        yield Log(store, vault, notary, intruder)


def end_of_batch(index: int) -> int:
    """The size that the tree had after the transaction which added this event."""
    return min((index // BATCH + 1) * BATCH, COUNT)


async def test_an_empty_log_holds(store: Store, notary: Notary, vault: Vault):
    assert Verdict(0, 0, EMPTY_ROOT, None) == await verify(store, notary=notary, vault=vault)


@on_databases
async def test_an_untouched_log_holds(log: Log):
    assert Verdict(0, COUNT, (await log.store.head()).root, None) == await log.verify()


MISMATCH = "the content does not match leaf_hash"
MISSING = "the event is missing"
BEHIND = "an event stands behind the end of the log"
OTHER_TREE = "the checkpoint is not that of the events"
GAP = "the checkpoint does not begin where the one before it ends"
FORGED = "INSERT INTO entries (idx, content, leaf_hash) SELECT"


@on_databases
@pytest.mark.parametrize("at", [0, 255, 256, 599])
@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("UPDATE entries SET content = replace(content, 'route', 'other') || ' ' WHERE idx = {at}", MISMATCH),
        ("UPDATE entries SET leaf_hash = (SELECT root FROM heads WHERE size = 37) WHERE idx = {at}", MISMATCH),
        ("DELETE FROM entries WHERE idx = {at}", MISSING),
        ("DELETE FROM entries WHERE idx >= {at}", MISSING),
    ],
)
async def test_a_changed_event_is_found_at_its_index(log: Log, at: int, change: str, fault: str):
    assert Break(at, fault) == await log.broken(change.format(at=at))
    assert (await log.verify()).event_count == at


@on_databases
async def test_an_event_forged_with_its_hash_is_found(log: Log):
    [row] = await log.intruder.rows("SELECT content FROM entries WHERE idx = 300")
    content = str(row["content"]).replace("star-rating", "toggle")
    await log.intruder.do("UPDATE entries SET content = ?, leaf_hash = ? WHERE idx = 300", content, hash_of(content))

    assert Break(end_of_batch(300) - 1, OTHER_TREE) == (await log.verify()).broken


def hash_of(content: str) -> bytes:
    return leaf_hash(content.encode())


@on_databases
async def test_two_events_in_each_others_place_are_found(log: Log):
    moved = "UPDATE entries SET idx = {to} WHERE idx = {of}"
    places = [(1_000, 8), (8, 400), (400, 1_000)]
    broken = await log.broken(*(moved.format(to=to, of=of) for to, of in places))

    assert Break(8, "the content is that of another index") == broken


@pytest.mark.parametrize("open_store", ["sqlite"], indirect=True)
async def test_an_event_in_front_of_the_log_is_found(log: Log):
    forged = f"{FORGED} -1, replace(content, '00\"', '0A\"'), leaf_hash FROM entries WHERE idx = 0"

    assert Break(-1, "an event stands in front of the log") == await log.broken(forged)


@on_databases
async def test_an_event_behind_the_log_is_found(log: Log):
    assert Break(599, MISSING) == await log.broken("UPDATE entries SET idx = 700 WHERE idx = 599")


@pytest.mark.parametrize("open_store", ["sqlite"], indirect=True)
async def test_an_event_put_behind_the_log_is_found(log: Log):
    forged = f"{FORGED} 900, replace(content, '99\"', '9A\"'), leaf_hash FROM entries WHERE idx = 599"

    assert Break(600, BEHIND) == await log.broken(forged)


@pytest.mark.parametrize("open_store", ["postgres"], indirect=True)
@pytest.mark.parametrize("column", ["event_id", "tenant", "build", "actor", "type"])
async def test_a_column_that_does_not_say_what_the_content_says_is_found(log: Log, column: str):
    broken = await log.broken(f"UPDATE entries SET {column} = 'x' WHERE idx = 300")

    assert Break(300, "what the event is found by is not what its content says") == broken


@on_databases
@pytest.mark.parametrize(
    ("change", "at", "fault"),
    [
        ("DELETE FROM heads WHERE size = 74", 110, GAP),
        ("DELETE FROM heads WHERE size = 37", 73, GAP),
        (
            "UPDATE heads SET first = 5 WHERE size = 74",
            73,
            "the checkpoint does not begin where the one before it ends",
        ),
        ("UPDATE heads SET size = 75 WHERE size = 74", 74, "the root is not that of the complete subtrees"),
        ("UPDATE heads SET size = 9000 WHERE size = 600", 8_999, "the root is not that of the complete subtrees"),
        (
            "UPDATE heads SET size = -3 WHERE size = 74",
            -4,
            "the checkpoint does not begin where the one before it ends",
        ),
        ("UPDATE heads SET root = frontier WHERE size = 74", 73, "the root is not that of the complete subtrees"),
        ("UPDATE heads SET note = 'x' WHERE size = 74", 73, "the checkpoint is not signed by this log: "),
        ("UPDATE heads SET note = 'x' WHERE size = 600", 599, "the checkpoint is not signed by this log: "),
        ("UPDATE heads SET record_time = 5 WHERE size = 74", 73, "the checkpoint is older than the one before it"),
        (
            "UPDATE heads SET record_time = record_time + 1 WHERE size = 74",
            37,
            "the event and its checkpoint say different times",
        ),
        (
            "UPDATE heads SET note = (SELECT note FROM heads WHERE size = 37) WHERE size = 74",
            73,
            "the checkpoint is signed for another size or root",
        ),
    ],
)
async def test_a_changed_checkpoint_is_found(log: Log, change: str, at: int, fault: str):
    broken = await log.broken(change)

    assert broken is not None
    assert (at, fault) == (broken.index, broken.fault[: len(fault)])


@on_databases
async def test_lost_checkpoints_are_found(log: Log):
    assert Break(0, BEHIND) == await log.broken("DELETE FROM heads")


@on_databases
async def test_a_log_set_back_to_an_older_checkpoint_is_found_by_what_it_left(log: Log):
    assert Break(370, BEHIND) == await log.broken("DELETE FROM heads WHERE size > 370")
    assert Break(None, "2 hashes of subtrees are stored where 1 should be") == await log.broken(
        "DELETE FROM entries WHERE idx >= 370"
    )


@on_databases
async def test_a_log_that_was_set_back_whole_is_only_found_with_a_checkpoint_kept_elsewhere(log: Log):
    kept = await log.store.head()
    await log.do(
        "DELETE FROM heads WHERE size > 370",
        "DELETE FROM entries WHERE idx >= 370",
        "DELETE FROM subtrees WHERE position > 0",
    )

    assert (await log.verify()).broken is None
    with pytest.raises(TreeSizeTooLarge):
        await Prover(log.store).consistency(kept.size, 0)


@on_databases
@pytest.mark.parametrize(
    ("change", "at"),
    [
        ("UPDATE subtrees SET hash = (SELECT root FROM heads WHERE size = 37) WHERE position = 0", 0),
        ("UPDATE subtrees SET hash = (SELECT root FROM heads WHERE size = 37) WHERE position = 1", 256),
        ("DELETE FROM subtrees WHERE position = 1", 256),
        ("UPDATE subtrees SET position = 7 WHERE position = 1", 256),
        ("UPDATE subtrees SET level = 9 WHERE position = 1", 256),
    ],
)
async def test_a_changed_subtree_is_found(log: Log, change: str, at: int):
    broken = await log.broken(change)

    assert broken is not None
    assert broken.index == at
    assert broken.fault == f"the stored hash of the subtree of 2^8 events from {at} on is not that of the events"


@on_databases
async def test_a_subtree_too_many_is_found(log: Log):
    broken = await log.broken("INSERT INTO subtrees SELECT 16, 0, hash FROM subtrees WHERE position = 0")

    assert Break(None, "3 hashes of subtrees are stored where 2 should be") == broken


@on_databases
@pytest.mark.parametrize(
    "column", ["wrapped = (SELECT root FROM heads WHERE size = 37)", "tenant = 'x'", "key_id = 'x'"]
)
async def test_a_changed_key_is_found(log: Log, column: str):
    broken = await log.broken(f"UPDATE keys SET {column} WHERE tenant = 't1'")

    assert broken is not None
    assert broken.index is None
    assert "is sealed with another master key, or was changed" in broken.fault


@on_databases
async def test_an_erased_tenant_leaves_a_log_that_holds(log: Log):
    assert await log.broken("DELETE FROM keys WHERE tenant = 't1'") is None


@on_databases
async def test_a_log_signed_with_another_key_does_not_hold(log: Log):
    other = Notary(Signer.generate("test.audit"), origin="test.audit")
    verdict = await verify(log.store, notary=other, vault=log.vault)

    assert verdict.broken is not None
    assert verdict.broken.fault.startswith("the checkpoint is not signed by this log: ")


@on_databases
async def test_checkpoints_of_a_replaced_signing_key_hold(log: Log):
    newer = Notary(Signer.generate("test.audit"), origin="test.audit", retired=[log.notary.verifier])

    assert (await verify(log.store, notary=newer, vault=log.vault)).broken is None


@on_databases
async def test_a_tree_forged_whole_is_betrayed_by_its_signature(log: Log):
    """Somebody with the database and without the key: contents, hashes, subtrees, roots, all redone."""
    [row] = await log.intruder.rows("SELECT content FROM entries WHERE idx = 590")
    content = str(row["content"]).replace("star-rating", "toggle")
    await log.intruder.do("UPDATE entries SET content = ?, leaf_hash = ? WHERE idx = 590", content, hash_of(content))
    frontier = Frontier()
    for entry in await log.intruder.rows("SELECT leaf_hash FROM entries ORDER BY idx"):
        frontier.append(bytes(entry["leaf_hash"]))  # type: ignore[arg-type]
    await log.intruder.do(
        "UPDATE heads SET root = ?, frontier = ? WHERE size = 600", frontier.root(), b"".join(frontier.hashes)
    )

    assert Break(599, "the checkpoint is signed for another size or root") == (await log.verify()).broken


class GrowingStore:
    """Gets another event before each page."""

    def __init__(self, store: Store, ledger: Ledger, events: Sequence[Event]) -> None:
        self._store = store
        self._ledger = ledger
        self._events = iter(events)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    async def heads(self, **window: int) -> Sequence[Head]:
        await self._ledger.append([next(self._events)])
        return await self._store.heads(**window)

    async def rows(self, **window: int) -> Sequence[Row]:
        await self._ledger.append([next(self._events)])
        return await self._store.rows(**window)


async def test_a_log_that_grows_meanwhile_holds(
    store: Store, ledger: Ledger, notary: Notary, vault: Vault, make_event: Maker
):
    await ledger.append([make_event(number) for number in range(400)])
    root = (await store.head()).root
    growing = GrowingStore(store, ledger, [make_event(number) for number in range(400, 900)])

    assert Verdict(0, 400, root, None) == await verify(growing, notary=notary, vault=vault)  # type: ignore[arg-type]


class RetiringStore(MemoryStore):
    """Without its oldest events from the moment on that somebody first reads events."""

    def __init__(self, kept: MemoryStore, first: int) -> None:
        super().__init__()
        self.leaves, self.subtrees, self.all_heads, self.all_keys = (
            kept.leaves,
            kept.subtrees,
            kept.all_heads,
            kept.all_keys,
        )
        self._first, self._retired = first, False

    async def first_index(self) -> int:
        return self._first if self._retired else 0

    async def rows(self, *, first: int, end: int) -> Sequence[Row]:
        self._retired = True
        self.leaves = [leaf for leaf in self.leaves if leaf.index >= self._first]
        return await super().rows(first=first, end=end)


@pytest.mark.parametrize("open_store", ["memory"], indirect=True)
@pytest.mark.parametrize("count", [512, 600])
async def test_events_that_are_retired_meanwhile_are_not_missing(
    store: MemoryStore, ledger: Ledger, notary: Notary, vault: Vault, make_event: Maker, count: int
):
    await ledger.append([make_event(number) for number in range(count)])
    root = store.all_heads[-1].root
    verdict = await verify(RetiringStore(store, 512), notary=notary, vault=vault)

    assert Verdict(512, count - 512, root, None) == verdict


@pytest.mark.parametrize("open_store", ["memory"], indirect=True)
async def test_a_changed_hash_of_retired_events_is_found(
    store: MemoryStore, ledger: Ledger, notary: Notary, vault: Vault, make_event: Maker
):
    await ledger.append([make_event(number) for number in range(512)])
    store.subtrees[8, 1] = store.subtrees[8, 0]

    assert (
        Break(511, "the checkpoint is not that of the retired events")
        == (await verify(RetiringStore(store, 512), notary=notary, vault=vault)).broken
    )
