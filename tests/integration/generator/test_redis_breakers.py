"""Circuits in a real Redis: what one instance finds out all go by, and without Redis each goes by its own."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest
from pcf_generator.adapters.redis_breakers import RedisBreakers
from pcf_generator.models.breakers import BreakerRules, BreakerState

from tests.servers.redis import Redis, redis

RULES = BreakerRules(in_a_row=3, rest_s=0.3, longest_rest_s=0.6, probe_s=30.0)
TARGET = "openai/gpt-5"
PATIENT_S = 5.0
"""Many at once on a busy machine are no Redis that is away."""

Instance = Callable[..., RedisBreakers]


@pytest.fixture
async def instance() -> AsyncIterator[Instance]:
    async with AsyncExitStack() as stack:

        def opened(url: str, rules: BreakerRules = RULES, **more: Any) -> RedisBreakers:
            breakers = RedisBreakers.connect(url, rules=rules, **more)
            stack.push_async_callback(breakers.aclose)
            return breakers

        yield opened


async def fail(breakers: RedisBreakers, times: int = 3) -> BreakerState:
    for _ in range(times):
        state = await breakers.ended(TARGET, healthy=False)
    return state


async def until_admitted(breakers: RedisBreakers) -> None:
    async with asyncio.timeout(10):
        while not await breakers.admit(TARGET):  # noqa: ASYNC110 - it opens by Redis' clock
            await asyncio.sleep(0.02)


async def test_failures_are_counted_together_and_all_leave_the_provider_alone(instance: Instance, redis_url: str):
    one, two, three = (instance(redis_url) for _ in range(3))
    states = [await each.ended(TARGET, healthy=False) for each in (one, two, three)]
    assert ["closed", "closed", "open"] == states
    assert [False] * 3 == [await each.admit(TARGET) for each in (one, two, three)]
    assert await one.admit("openai/another")


async def test_one_call_of_all_instances_tries_and_its_success_closes_for_all(instance: Instance, redis_url: str):
    instances = [instance(redis_url, limit_s=PATIENT_S) for _ in range(8)]
    await fail(instances[0])
    await asyncio.sleep(RULES.rest_s)  # so long it rests
    admitted = await asyncio.gather(*(each.admit(TARGET) for each in instances))
    assert 1 == sum(admitted)
    assert BreakerState.CLOSED is await instances[admitted.index(True)].ended(TARGET, healthy=True)
    assert all([await each.admit(TARGET) for each in instances])


async def test_a_try_that_fails_rests_twice_as_long(instance: Instance, redis_url: str):
    one, two = instance(redis_url), instance(redis_url)
    await fail(one)
    await until_admitted(two)
    assert BreakerState.OPEN is await two.ended(TARGET, healthy=False)
    began = time.monotonic()
    await until_admitted(one)
    assert time.monotonic() - began > 1.5 * RULES.rest_s


async def test_many_that_end_at_once_open_it(instance: Instance, redis_url: str):
    instances = [instance(redis_url, limit_s=PATIENT_S) for _ in range(4)]
    await asyncio.gather(*(each.ended(TARGET, healthy=False) for each in instances for _ in range(25)))
    assert not await instances[0].admit(TARGET)


async def test_only_the_target_and_numbers_are_in_redis_and_they_go_away(
    instance: Instance, redis_server: Redis, redis_url: str
):
    await fail(instance(redis_url))
    assert [f"pcf:generator:breakers:{TARGET}"] == redis_server.ask("KEYS", "*")
    assert 0 < redis_server.ask("PTTL", f"pcf:generator:breakers:{TARGET}") <= 600_000


async def test_what_another_version_wrote_counts_as_nothing(instance: Instance, redis_server: Redis, redis_url: str):
    one = instance(redis_url)
    for text in ("no JSON", '{"colour": "red"}', "7", "[]"):
        redis_server.ask("SET", f"pcf:generator:breakers:{TARGET}", text)
        assert await one.admit(TARGET)


@pytest.mark.parametrize("fault", ["refuse", "hang"])
async def test_without_redis_an_instance_goes_by_its_own(
    instance: Instance, redis_server: Redis, redis_url: str, proxied: Any, fault: str
):
    async with proxied("127.0.0.1", redis_server.port) as proxy:
        rules = BreakerRules(in_a_row=3, rest_s=30.0)
        one = instance(f"redis://127.0.0.1:{proxy.port}/0", rules)
        assert await one.admit(TARGET)
        getattr(proxy, fault)()
        began = time.monotonic()
        assert BreakerState.OPEN is await fail(one)
        assert not await one.admit(TARGET)
        assert time.monotonic() - began < 1.0, "Redis was asked once and rests"


async def test_redis_that_is_back_is_gone_by_again_once_it_was_told(
    instance: Instance, redis_server: Redis, redis_url: str, proxied: Any
):
    async with proxied("127.0.0.1", redis_server.port) as proxy:
        one = instance(f"redis://127.0.0.1:{proxy.port}/0", BreakerRules(in_a_row=3, rest_s=60.0))
        one._rest_s = 0.05
        proxy.refuse()
        await fail(one)
        assert not await one.admit(TARGET)
        proxy.pass_()
        await asyncio.sleep(0.05)  # so long it rests
        assert not await one.admit(TARGET), "Redis knows nothing of the failures"
        assert BreakerState.CLOSED is await one.ended(TARGET, healthy=True)
        assert await one.admit(TARGET)


async def test_a_full_redis_is_done_without(instance: Instance):
    with redis(settings=["maxmemory 1", "maxmemory-policy noeviction"]) as full:
        one = instance(full.url())
        assert await one.admit(TARGET)
        assert BreakerState.OPEN is await fail(one)
        assert not await one.admit(TARGET)


async def test_a_slow_redis_costs_its_time_once(instance: Instance, redis_server: Redis, redis_url: str, proxied: Any):
    async with proxied("127.0.0.1", redis_server.port) as proxy:
        proxy.slow(0.5)
        one = instance(f"redis://127.0.0.1:{proxy.port}/0")
        began = time.monotonic()
        for _ in range(20):
            assert await one.admit(TARGET)
        assert time.monotonic() - began < 0.5


async def test_all_see_how_a_circuit_stands_and_looking_changes_nothing(instance: Instance, redis_url: str):
    one, two = instance(redis_url), instance(redis_url)
    await fail(one)
    assert BreakerState.OPEN is await two.state(TARGET)
    async with asyncio.timeout(10):
        while await two.state(TARGET) is not BreakerState.HALF_OPEN:  # noqa: ASYNC110 - by Redis' clock
            await asyncio.sleep(0.02)
    assert await one.admit(TARGET)
