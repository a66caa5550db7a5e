"""The cache on a real Redis: whatever happens to that, callers get their value and no error."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest
from pcf_runtime.redis_cache import RedisCache
from pcf_runtime.redis_client import RedisUrl, connect

from tests.servers.ports import free_port
from tests.servers.redis import redis as running_redis

SPACE = "pcf:test:"
SOON_S = 5.0


@asynccontextmanager
async def opened(url: str, *, observe=lambda _: None, limit_s: float = 1.0, **options) -> AsyncIterator[RedisCache]:
    client = connect(RedisUrl.parse(url), timeout_s=limit_s, application="pcf-test")
    cache = RedisCache(client, namespace=SPACE, observe=observe, limit_s=limit_s, **options)
    yield cache
    await cache.aclose()


async def made() -> bytes:
    return b"made"


async def never() -> bytes:
    raise AssertionError("what is cached is not made")


async def test_gives_back_what_was_put(redis_url):
    seen: list[str] = []
    async with opened(redis_url, observe=seen.append) as cache:
        assert await cache.get("key") is None
        await cache.put("key", b"\x00value\xff", ttl_s=60)
        assert b"\x00value\xff" == await cache.get("key")
    assert ["miss", "hit"] == seen


async def test_keeps_to_its_namespace_and_lets_values_age(redis_url, redis_server):
    async with opened(redis_url) as cache:
        await cache.put("key", b"value", ttl_s=60)
    assert [f"{SPACE}key"] == redis_server.ask("KEYS", "*")
    assert 0 < redis_server.ask("PTTL", f"{SPACE}key") <= 60_000


async def test_makes_what_is_missing_and_keeps_it(redis_url, redis_server):
    async with opened(redis_url) as cache:
        assert b"made" == await cache.get_or_make("key", made, ttl_s=60)
        assert b"made" == await cache.get_or_make("key", never, ttl_s=60)
    assert [f"{SPACE}key"] == redis_server.ask("KEYS", "*")


async def test_fifty_that_ask_at_once_of_two_instances_make_it_once(redis_url, eventually):
    seen: list[str] = []
    makers = 0
    go_on = asyncio.Event()

    async def make() -> bytes:
        nonlocal makers
        makers += 1
        await go_on.wait()
        return b"made"

    async with opened(redis_url, observe=seen.append) as one, opened(redis_url, observe=seen.append) as other:
        asking = [asyncio.create_task(each.get_or_make("key", make, ttl_s=60)) for each in (one, other) * 25]

        async def both_have_looked() -> bool:
            return Counter(seen)["miss"] == 2 and makers > 0

        await eventually(both_have_looked)
        go_on.set()
        assert [b"made"] * 50 == await asyncio.gather(*asking)
    assert 1 == makers


async def test_a_caller_that_goes_away_takes_the_value_from_nobody(redis_url):
    going_on = asyncio.Event()

    async def make() -> bytes:
        await going_on.wait()
        return b"made"

    async with opened(redis_url) as cache:
        leaving, staying = (asyncio.create_task(cache.get_or_make("key", make, ttl_s=60)) for _ in range(2))
        await asyncio.sleep(0)
        leaving.cancel()
        going_on.set()
        assert b"made" == await staying


async def test_an_instance_that_died_while_making_holds_the_others_up_only_for_a_while(redis_url, redis_server):
    redis_server.ask("SET", f"{SPACE}making:key", "of the dead", "PX", 60_000)
    async with opened(redis_url, wait_s=0.1) as cache:
        assert b"made" == await cache.get_or_make("key", made, ttl_s=60)
    assert "of the dead" == redis_server.ask("GET", f"{SPACE}making:key")


async def test_a_value_that_cannot_be_made_is_the_maker_s_error_and_may_be_tried_again(redis_url):
    async def fail() -> bytes:
        raise LookupError("no such file")

    async with opened(redis_url) as cache:
        with pytest.raises(LookupError, match="no such file"):
            await cache.get_or_make("key", fail, ttl_s=60)
        assert b"made" == await cache.get_or_make("key", made, ttl_s=60)


@pytest.mark.parametrize("form", ["redis://{}/0", "redis+cluster://{}", "redis+sentinel://{}/main/0"])
async def test_a_redis_that_is_away_costs_no_error(form):
    seen: list[str] = []
    async with opened(form.format(f"127.0.0.1:{free_port()}"), observe=seen.append) as cache:
        assert await cache.get("key") is None
        await cache.put("key", b"value", ttl_s=60)
        assert b"made" == await cache.get_or_make("key", made, ttl_s=60)
    assert "fault" == seen[0]
    assert {"resting"} == set(seen[1:])


async def test_a_redis_that_comes_back_is_used_again(eventually):
    with running_redis() as server:
        async with opened(server.url(), rest_s=0.05) as cache:
            await cache.put("key", b"value", ttl_s=60)
            server.kill()
            assert await cache.get("key") is None
            server.start()

            async def works() -> bool:
                await cache.put("key", b"value", ttl_s=60)
                return await cache.get("key") == b"value"

            assert await eventually(works)


@pytest.mark.parametrize("fault", ["hang", "slow"])
async def test_a_slow_redis_delays_one_call_by_the_limit_and_the_next_by_nothing(redis_url, proxied, fault):
    seen: list[str] = []
    async with (
        proxied("127.0.0.1", urlsplit(redis_url).port) as proxy,
        opened(f"redis://127.0.0.1:{proxy.port}", observe=seen.append, limit_s=0.2, rest_s=60) as cache,
    ):
        await cache.put("key", b"value", ttl_s=60)
        if fault == "hang":
            proxy.hang()
        else:
            proxy.slow(SOON_S)
        async with asyncio.timeout(SOON_S):
            assert b"made" == await cache.get_or_make("other", made, ttl_s=60)
            assert [None] * 1_000 == [await cache.get("key") for _ in range(1_000)]
    assert ("fault", {"resting"}) == (seen[0], set(seen[1:]))


async def test_an_answer_that_came_too_late_is_never_taken_for_another_s(redis_url, redis_server, proxied, eventually):
    async with (
        proxied("127.0.0.1", urlsplit(redis_url).port) as proxy,
        opened(f"redis://127.0.0.1:{proxy.port}", limit_s=0.1, rest_s=0) as cache,
    ):
        keys = [f"key-{number}" for number in range(20)]
        for key in keys:
            redis_server.ask("SET", f"{SPACE}{key}", key)
        assert await eventually(lambda: cache.get(keys[0]))
        proxy.hang()
        assert [None] * 20 == await asyncio.gather(*(cache.get(key) for key in keys))
        proxy.pass_()
        found = [await cache.get(key) for key in keys * 3]
        assert keys[-1].encode() == await eventually(lambda: cache.get(keys[-1]))
    assert all(value in (None, key.encode()) for key, value in zip(keys * 3, found, strict=True))


async def test_a_full_redis_still_gives_what_it_has():
    seen: list[str] = []
    with running_redis(settings=["maxmemory 3mb", "maxmemory-policy noeviction"]) as server:
        async with opened(server.url(), observe=seen.append) as cache:
            await cache.put("first", b"kept", ttl_s=60)
            for number in range(100):
                await cache.put(f"filler-{number}", bytes(100_000), ttl_s=60)
            assert "fault" in seen
            assert b"kept" == await cache.get("first")
            assert b"made" == await cache.get_or_make("new", made, ttl_s=60)
            assert "resting" not in seen


async def test_a_key_that_holds_something_else_costs_no_error(redis_url, redis_server):
    redis_server.ask("RPUSH", f"{SPACE}key", "a list")
    async with opened(redis_url) as cache:
        assert b"made" == await cache.get_or_make("key", made, ttl_s=60)


async def test_tls_with_its_authority_is_used():
    with running_redis(tls=True) as server:
        async with opened(server.url()) as cache:
            await cache.put("key", b"value", ttl_s=60)
            assert b"value" == await cache.get("key")
        assert [f"{SPACE}key"] == server.ask("KEYS", "*")


async def test_a_certificate_that_is_not_trusted_is_not_used():
    with running_redis(tls=True) as server:
        async with opened(server.url().partition("?")[0]) as cache:
            await cache.put("key", b"value", ttl_s=60)
            assert await cache.get("key") is None
        assert 0 == server.ask("DBSIZE")


async def test_a_user_with_rights_to_its_keys_only_is_enough(caplog):
    with running_redis(
        users=["default off", "app on >hunter2 ~pcf:* resetchannels -@all +@read +@write +@connection +eval"]
    ) as server:
        async with opened(server.url(user="app", password="hunter2")) as cache:
            assert b"made" == await cache.get_or_make("key", made, ttl_s=60)
            assert b"made" == await cache.get_or_make("key", never, ttl_s=60)
        async with opened(server.url(user="app", password="wrong-hunter2")) as cache:
            assert b"made" == await cache.get_or_make("key", made, ttl_s=60)
        async with opened(server.url()) as cache:
            assert await cache.get("key") is None
    assert "hunter2" not in caplog.text
