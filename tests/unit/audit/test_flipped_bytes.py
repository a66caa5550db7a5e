"""One flipped byte anywhere in any table is found: of several rows, every byte of every column, one bit of it each."""

import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from pcf_audit.domain.event import Event
from pcf_audit.ledger import Ledger
from pcf_audit.notary import Notary
from pcf_audit.opening import Store
from pcf_audit.vault import Vault
from pcf_audit.verification import Verdict, verify
from pcf_runtime.testing import FakeClock

from tests.unit.audit.intruder import ImpossibleError, Intruder, Row, Value, in_postgres, in_sqlite

pytestmark = pytest.mark.slow

Maker = Callable[..., Event]
Verifier = Callable[[], Awaitable[Verdict]]
SEED = 20_261_125
COUNT = 260
ROWS = {
    "entries": ("idx", (0, 131, 259)),
    "subtrees": ("position", (0,)),
    "heads": ("size", (65, 195, 260)),
    "keys": ("tenant", ("t0", "t1")),
}
CONTENT_STRIDE = 5
"""Of a content, which its one hash covers, each fifth byte: from another one in each row."""


@dataclass(frozen=True, slots=True)
class Flip:
    """A row, a column of it, what stands in it, and what with one bit turned."""

    table: str
    where: tuple[str, Value]
    column: str
    good: Value
    bad: Value

    async def do(self, intruder: Intruder) -> None:
        await self._set(intruder, self.bad, where=self.where)

    async def undo(self, intruder: Intruder) -> None:
        name, value = self.where
        await self._set(intruder, self.good, where=(name, self.bad if self.column == name else value))

    async def _set(self, intruder: Intruder, value: Value, *, where: tuple[str, Value]) -> None:
        name, key = where
        await intruder.do(f"UPDATE {self.table} SET {self.column} = ? WHERE {name} = ?", value, key)


@pytest.fixture
async def verdict(
    store: Store, ledger: Ledger, vault: Vault, notary: Notary, clock: FakeClock, make_event: Maker
) -> Verifier:
    """Verifies a small log with several checkpoints and tenants, and one kept subtree."""
    for first in range(0, COUNT, 65):
        await ledger.append(
            [
                make_event(number, tenant=f"t{number % 2}", personal={"prompt": "a toggle"})
                for number in range(first, first + 65)
            ]
        )
        clock.advance(1)

    async def ask() -> Verdict:
        return await verify(store, notary=notary, vault=vault)

    return ask


@pytest.fixture
async def intruder(request: pytest.FixtureRequest, tmp_path: Path, verdict: Verifier) -> AsyncIterator[Intruder]:
    url = request.getfixturevalue("database_url") if request.node.callspec.params["open_store"] == "postgres" else ""
    async with in_postgres(url) if url else in_sqlite(tmp_path / "audit.db") as found:
        yield found


@pytest.mark.parametrize("open_store", ["sqlite", "postgres"], indirect=True)
@pytest.mark.parametrize("table", list(ROWS))
async def test_a_flipped_byte_is_found(verdict: Verifier, intruder: Intruder, table: str):
    missed, tried = [], 0
    assert (await verdict()).broken is None
    for flip in await flips_of(table, intruder):
        try:
            await flip.do(intruder)
        except ImpossibleError:
            continue  # a place that is taken, or outside of every partition
        tried += 1
        if (await verdict()).broken is None:
            missed.append(flip)
        await flip.undo(intruder)

    assert missed == [], f"seed {SEED}"
    assert tried > 40
    assert (await verdict()).broken is None


async def flips_of(table: str, intruder: Intruder) -> list[Flip]:
    rng = random.Random(SEED)  # noqa: S311 - repeatable on purpose
    name, keys = ROWS[table]
    rows = {row[name]: row for row in await intruder.rows(f"SELECT * FROM {table}")}
    return [flip for key in keys for flip in _flips_of_row(table, (name, key), rows[key], rng)]


def _flips_of_row(table: str, where: tuple[str, Value], row: Row, rng: random.Random) -> Iterator[Flip]:
    for column, value in row.items():
        start, stride = (rng.randrange(CONTENT_STRIDE), CONTENT_STRIDE) if column == "content" else (0, 1)
        for at in range(start, len(_bytes(value)), stride):
            yield Flip(table, where, column, value, _flipped(value, at, rng))


def _flipped(value: Value, at: int, rng: random.Random) -> Value:
    """A text stays one that a database can hold: UTF-8 without NUL."""
    turned = []
    for bit in range(8):
        raw = bytearray(_bytes(value))
        raw[at] ^= 1 << bit
        turned.append(_like(value, bytes(raw)))
    return rng.choice([each for each in turned if each is not None])


def _like(value: Value, raw: bytes) -> Value | None:
    """The bytes as a value of the same type, if they are one."""
    if isinstance(value, int):
        return int.from_bytes(raw, "big", signed=True)
    if isinstance(value, bytes):
        return raw
    text = raw.decode(errors="replace")
    return text if text.encode() == raw and "\0" not in text else None


def _bytes(value: Value) -> bytes:
    if isinstance(value, int):
        return value.to_bytes(8, "big", signed=True)
    return value.encode() if isinstance(value, str) else value
