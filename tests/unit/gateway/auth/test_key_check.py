"""Which keys are let in, how long an answer is believed, and what the database is asked."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from pcf_gateway.auth import api_key
from pcf_gateway.auth.api_key import ApiKey
from pcf_gateway.auth.key_check import KeyCheck
from pcf_gateway.auth.key_event import KeyEvent, KeyTrail
from pcf_gateway.auth.key_store import StoreAway, StoredKey
from pcf_gateway.auth.principal import Principal

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)
KEY = ApiKey("01JB2C3D4E5F6G7H8J9KMNPQRS", "s" * 43)
PEPPER = b"p" * 32
STORED = StoredKey(KEY.key_id, "contoso", "ci", ("builds:read",), api_key.digest(KEY, PEPPER), NOW, "admin")
OWNER = Principal("key:ci", "contoso", frozenset({"builds:read"}))


@dataclass
class MemoryKeys:
    keys: dict[str, StoredKey] = field(default_factory=dict)
    looked_up: int = 0
    away: bool = False
    uses: list[datetime] = field(default_factory=list)

    @property
    def trail(self) -> KeyTrail:
        raise NotImplementedError

    async def check(self) -> None: ...

    async def add(self, key: StoredKey, event: KeyEvent, *, request_id: str | None = None) -> None: ...

    async def made_with(self, request_id: str) -> str | None: ...

    async def find(self, key_id: str) -> StoredKey | None:
        self.looked_up += 1
        await asyncio.sleep(0)
        if self.away:
            raise StoreAway
        return self.keys.get(key_id)

    async def list_keys(self, tenant: str, *, before: str, limit: int) -> Sequence[StoredKey]:
        return list(self.keys.values())

    async def revoke(self, tenant: str, key_id: str, event: KeyEvent, *, at: datetime) -> StoredKey | None: ...

    async def replace(
        self, new: StoredKey, event: KeyEvent, *, old_id: str, old_ends: datetime, request_id: str | None = None
    ) -> None: ...

    async def used(self, key_id: str, *, at: datetime) -> None:
        self.uses.append(at)
        self.keys[key_id] = replace(self.keys[key_id], last_use_time=at)


class Clock:
    def __init__(self) -> None:
        self.passed_s = 0.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.passed_s)

    def elapsed_s(self) -> float:
        return self.passed_s


@pytest.fixture
def store() -> MemoryKeys:
    return MemoryKeys({KEY.key_id: STORED})


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def check(store: MemoryKeys, clock: Clock) -> KeyCheck:
    return KeyCheck(store, peppers=[PEPPER], believed_s=2.0, now=clock.now, elapsed_s=clock.elapsed_s)


async def test_a_key_that_works_tells_its_owner(check: KeyCheck):
    assert OWNER == await check.principal(KEY.text)


@pytest.mark.parametrize(
    "change",
    [
        {"digest": api_key.digest(KEY, b"another pepper")},
        {"expire_time": NOW},
        {"revoke_time": NOW - timedelta(days=1)},
    ],
    ids=["wrong", "expired", "revoked"],
)
async def test_a_key_that_does_not_work_tells_nobody(check: KeyCheck, store: MemoryKeys, change: dict[str, object]):
    store.keys[KEY.key_id] = replace(STORED, **change)  # type: ignore[arg-type]

    assert await check.principal(KEY.text) is None


class Counting(list[bytes]):
    """Peppers that count how often one of them was taken to make a hash."""

    taken = 0

    def __iter__(self) -> Iterator[bytes]:
        for pepper in super().__iter__():
            self.taken += 1
            yield pepper


@pytest.mark.parametrize(
    "kept",
    [
        STORED,
        replace(STORED, digest=api_key.digest(KEY, b"old" * 11)),
        replace(STORED, digest=bytes(32)),
        replace(STORED, expire_time=NOW),
        replace(STORED, revoke_time=NOW),
        None,
    ],
    ids=["right", "right by the old pepper", "wrong", "expired", "revoked", "unknown"],
)
async def test_every_key_costs_one_look_and_a_hash_for_each_pepper(kept: StoredKey | None, clock: Clock):
    """So the time of an answer tells nothing; the comparison itself is `hmac.compare_digest`."""
    store, peppers = MemoryKeys({KEY.key_id: kept} if kept else {}), Counting([PEPPER, b"old" * 11])
    check = KeyCheck(store, peppers=peppers, believed_s=2.0, now=clock.now, elapsed_s=clock.elapsed_s)
    await check.principal(KEY.text)

    assert (1, 2) == (store.looked_up, peppers.taken)


async def test_a_key_that_was_right_is_known_again_without_the_peppers(clock: Clock):
    peppers = Counting([PEPPER])
    check = KeyCheck(
        MemoryKeys({KEY.key_id: STORED}), peppers=peppers, believed_s=2.0, now=clock.now, elapsed_s=clock.elapsed_s
    )

    assert [OWNER] * 3 == [await check.principal(KEY.text) for _ in range(3)]
    assert 1 == peppers.taken


async def test_a_text_that_is_no_key_is_not_looked_up(check: KeyCheck, store: MemoryKeys):
    assert await check.principal(KEY.text[:-1] + "0") is None
    assert 0 == store.looked_up


async def test_requests_that_come_together_and_soon_after_ask_once(check: KeyCheck, store: MemoryKeys, clock: Clock):
    assert [OWNER] * 20 == await asyncio.gather(*(check.principal(KEY.text) for _ in range(20)))
    clock.passed_s = 1.9
    await check.principal(KEY.text)

    assert 1 == store.looked_up


async def test_a_revocation_elsewhere_holds_here_once_the_answer_is_old(
    check: KeyCheck, store: MemoryKeys, clock: Clock
):
    await check.principal(KEY.text)
    store.keys[KEY.key_id] = replace(STORED, revoke_time=NOW)
    clock.passed_s = 2.0

    assert await check.principal(KEY.text) is None


async def test_a_key_expires_also_while_its_answer_is_believed(check: KeyCheck, store: MemoryKeys, clock: Clock):
    store.keys[KEY.key_id] = replace(STORED, expire_time=NOW + timedelta(seconds=1))
    assert OWNER == await check.principal(KEY.text)
    clock.passed_s = 1.0

    assert await check.principal(KEY.text) is None


async def test_a_store_that_is_away_lets_nobody_in_and_calls_nobody_wrong(check: KeyCheck, store: MemoryKeys):
    store.away = True

    with pytest.raises(StoreAway):
        await check.principal(KEY.text)
    store.away = False
    assert OWNER == await check.principal(KEY.text)


async def test_use_is_noted_once_an_hour(check: KeyCheck, store: MemoryKeys, clock: Clock):
    for passed_s in (0.0, 3.0, 600.0, 3_600.0, 3_603.0):
        clock.passed_s = passed_s
        await check.principal(KEY.text)

    assert [NOW, NOW + timedelta(hours=1)] == store.uses


async def test_use_of_another_secret_is_not_let_in_though_the_id_is_known(check: KeyCheck):
    await check.principal(KEY.text)

    assert await check.principal(ApiKey(KEY.key_id, "t" * 43).text) is None
