"""Limits that gateways share through a real Redis, with and without it."""

import asyncio
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from pcf_gateway.auth.key_desk import Wanted
from pcf_gateway.auth.opening import open_desk
from pcf_gateway.bootstrap import running
from pcf_gateway.limits.rates import Rates, Spent
from pcf_gateway.limits.redis_windows import RedisWindows
from pcf_gateway.limits.rules import Book, Rules
from pcf_gateway.limits.windows import Want
from pcf_gateway.settings import GatewaySettings
from pcf_runtime.redis_client import RedisUrl, connect
from pydantic import SecretStr

from tests.servers.redis import Redis, redis

NONE = dict.fromkeys(Rules.model_fields, 0)
PATIENCE_S = 2.0
"""More than in service: on a busy machine a healthy Redis must not be taken for a slow one."""


@pytest.fixture
def server() -> Iterator[Redis]:
    """One of its own, to be killed."""
    with redis() as server:
        yield server


@asynccontextmanager
async def windows(url: str, *, limit_s: float = PATIENCE_S, rest_s: float = 0.05) -> AsyncIterator[RedisWindows]:
    client = connect(RedisUrl.parse(url), timeout_s=1.0, application="tests")
    opened = RedisWindows(client, elapsed_s=time.monotonic, limit_s=limit_s, rest_s=rest_s)
    try:
        yield opened
    finally:
        await opened.aclose()


def rates(store: RedisWindows, **limits: int) -> Rates:
    return Rates(store, Book(Rules(**NONE | limits)), elapsed_s=time.monotonic)


async def let_through(rates: Rates, times: int) -> int:
    passed = 0
    for _ in range(times):
        try:
            await rates.take(rates.caller("contoso", "key:ci").leases)
        except Spent:
            continue
        passed += 1
    return passed


async def test_two_gateways_let_through_one_limit(redis_url: str):
    async with windows(redis_url) as one, windows(redis_url) as other:
        gateways = rates(one, key_per_minute=60, tenant_per_minute=100), rates(other, key_per_minute=60)
        passed = [await let_through(gateway, 40) for gateway in gateways]
        rest = await asyncio.gather(*(let_through(gateway, 60) for gateway in gateways))

    # Here each has used up what it held.
    assert 40 == passed[0]
    assert 60 == sum(passed) + sum(rest)


async def test_a_window_closes_after_its_period(redis_url: str):
    async with windows(redis_url) as store:
        (first,) = await store.take([Want("pcf:test:{a}", 3, 1, 5)])
        (second,) = await store.take([Want("pcf:test:{a}", 3, 1, 5)])
        await asyncio.sleep(second.ends_in_s + 0.05)
        (third,) = await store.take([Want("pcf:test:{a}", 3, 1, 1)])

    assert [(3, 0), (0, 0), (1, 2)] == [(grant.count, grant.left) for grant in (first, second, third)]
    assert 0 < second.ends_in_s <= first.ends_in_s <= 1


async def test_keys_name_nobody_and_go_away_by_themselves(redis_url: str, redis_server: Redis):
    async with windows(redis_url) as store:
        await let_through(rates(store, key_per_second=5, tenant_per_minute=5, builds_per_day=1), 1)
    keys = redis_server.ask("KEYS", "*")

    assert 2 == len(keys)
    assert [] == [key for key in keys if "contoso" in key or "key:ci" in key]
    assert all(0 < redis_server.ask("PTTL", key) <= 60_000 for key in keys)


async def test_without_redis_each_gateway_counts_alone_and_then_together_again(
    server: Redis, caplog: pytest.LogCaptureFixture
):
    caplog.set_level("INFO", "pcf_gateway.limits.redis_windows")
    async with windows(server.url()) as one, windows(server.url()) as other:
        assert 10 == await let_through(rates(one, key_per_minute=10), 15)
        assert 0 == await let_through(rates(other, key_per_minute=10), 15)
        server.kill()
        # Gateways that hold nothing yet: nothing fails, and each has the whole limit.
        alone = [await let_through(rates(store, key_per_minute=10), 15) for store in (one, other)]
        for store in (one, other):
            async with asyncio.timeout(10):
                while store.up:
                    await let_through(rates(store, key_per_minute=10), 1)
        server.start()
        async with asyncio.timeout(10):
            while not (one.up and other.up):
                await asyncio.gather(*(store.take([Want("pcf:test:{b}", 9, 60, 1)]) for store in (one, other)))
                await asyncio.sleep(0.01)
        together = [await let_through(rates(store, key_per_minute=10), 15) for store in (one, other)]

    assert [10, 10] == alone
    assert [10, 0] == together
    said = [record.message for record in caplog.records]
    assert {"limits are counted by this gateway alone": 2, "limits are shared again": 2} == {
        line: said.count(line) for line in said
    }


async def test_a_redis_that_hangs_is_waited_for_a_few_times_only(server: Redis):
    async with windows(server.url(), limit_s=0.02, rest_s=60) as store:
        await store.take([Want("pcf:test:{c}", 9, 60, 1)])
        server.ask("CLIENT", "PAUSE", 60_000, "ALL")
        limited = rates(store, key_per_minute=100_000, tenant_per_minute=3)
        passed = await let_through(limited, 10)
        waiting = [await store.take([Want(f"pcf:test:{{{each}}}", 9, 60, 1)]) for each in range(5)]

        assert 3 == passed
        assert [[1]] * 5 == [[grant.count for grant in grants] for grants in waiting]
        assert not store.up


async def test_whole_gateways_share_a_limit_and_never_fail_for_want_of_redis(server: Redis, tmp_path: Path):
    """What is asked for is nowhere, so that no other service is needed: limits hold for it too."""
    settings = GatewaySettings(
        port=0,
        metrics_port=0,
        auth="on",
        database=tmp_path / "gateway.db",
        key_pepper=SecretStr("p" * 32),
        redis_url=SecretStr(server.url()),
        key_per_second=0,
        key_per_minute=20,
    )
    key = await _key(settings)
    async with running(settings) as one, running(settings) as other, httpx.AsyncClient(headers=key) as http:
        urls = [f"http://127.0.0.1:{gateway.port}/v1/nothing" for gateway in (one, other)]
        together = [(await http.get(urls[turn % 2])).status_code for turn in range(40)]
        server.kill()
        without = [(await http.get(urls[turn % 2])).status_code for turn in range(20)]

    # A gateway takes a Redis that answers too slowly for one that is away, and then counts for itself.
    assert {404, 429} == set(together)
    assert 20 <= together.count(404) <= 40
    assert set(without) <= {404, 429}


async def _key(settings: GatewaySettings) -> dict[str, str]:
    async with open_desk(settings) as desk:
        _, key = await desk.create(Wanted("ci", ("builds:read",), None), tenant="contoso", actor="test")
    return {"X-API-Key": key.text}
