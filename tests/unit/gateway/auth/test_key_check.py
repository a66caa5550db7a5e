"""Which keys are let in, how long an answer is believed, and what the database is asked."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from pcf_gateway.auth import api_key
from pcf_gateway.auth.api_key import ApiKey
from pcf_gateway.auth.key_check import KeyCheck
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

    async def check(self) -> None: ...

    async def add(self, key: StoredKey) -> None:
        self.keys[key.key_id] = key

    async def find(self, key_id: str) -> StoredKey | None:
        self.looked_up += 1
        await asyncio.sleep(0)
        if self.away:
            raise StoreAway
        return self.keys.get(key_id)

    async def list_keys(self, tenant: str, *, before: str, limit: int) -> Sequence[StoredKey]:
        return list(self.keys.values())

    async def revoke(self, tenant: str, key_id: str, *, at: datetime) -> StoredKey | None:
        self.keys[key_id] = replace(self.keys[key_id], revoke_time=at)
        return self.keys[key_id]

    async def replace(self, new: StoredKey, *, old_id: str, old_ends: datetime) -> None: ...

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


async def test_a_key_that_does_not_exist_costs_the_same_comparison(check: KeyCheck, store: MemoryKeys):
    del store.keys[KEY.key_id]

    assert await check.principal(KEY.text) is None
    assert 1 == store.looked_up


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
    await store.revoke("contoso", KEY.key_id, at=NOW)
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
