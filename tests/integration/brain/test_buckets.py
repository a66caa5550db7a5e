"""Serving from real buckets, while the network does what networks do."""

import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import pytest
from pcf.brain.v1 import brain_pb2
from pcf_brain.trust import Signer, Trust

from tests.servers.redis import Redis
from tests.servers.s3 import S3

pytestmark = pytest.mark.slow

Proxied = Callable[[str, int], AbstractAsyncContextManager[Any]]
_POLL_S = 0.2


def _bucket(s3: S3, *, through: Any = None) -> tuple[str, str]:
    """A new bucket: as the press writes to it, and as a brain reads it."""
    name = s3.create_bucket()
    endpoint = f"http://127.0.0.1:{through.port}" if through else ""
    return s3.url(name), s3.url(name, endpoint=endpoint)


async def test_a_new_release_is_served_within_five_seconds_of_the_pointer_moving(
    press: Any, serve: Any, bucket_url: str
):
    await press.publish("1", bucket_url)
    digest = await press.create(bucket_url, "2")
    async with serve(bucket_url=bucket_url) as brain:
        assert await brain.version() == "1"
        await press.promote(bucket_url, digest)
        began = time.monotonic()
        await brain.until("2", within_s=5)
        print(f"served {time.monotonic() - began:.2f} s after the pointer moved")  # noqa: T201 - a figure to look at


async def test_a_release_that_nobody_signed_is_not_served(press: Any, serve: Any, bucket_url: str):
    await press.publish("1", bucket_url)
    async with serve(bucket_url=bucket_url, poll_interval_s=_POLL_S) as brain:
        await brain.until("1", within_s=10)
        digest = await press.create(bucket_url, "2", signed=False)
        await press.promote(bucket_url, digest, trust=Trust())
        await _until(brain, "pcf_brain_store_problems", lambda value: value > 0)
        assert await brain.version() == "1"


async def test_a_release_of_another_key_is_not_served(press: Any, serve: Any, bucket_url: str):
    await press.publish("1", bucket_url)
    other = Signer.generate("other").verifier.text
    async with serve(bucket_url=bucket_url, release_key=other) as brain:
        assert await brain.metric("pcf_brain_store_problems") == 1


@pytest.mark.parametrize("fault", ["refuse", "hang"])
async def test_while_the_first_region_is_away_the_second_is_followed(
    press: Any, serve: Any, s3: S3, proxied: Proxied, fault: str
):
    async with proxied("127.0.0.1", s3.port) as proxy:
        first, seen = _bucket(s3, through=proxy)
        second, _ = _bucket(s3)
        await press.publish("1", first, second)
        async with serve(bucket_url=seen, fallback_bucket_url=second, poll_interval_s=_POLL_S) as brain:
            assert await brain.version() == "1"
            getattr(proxy, fault)()
            await press.publish("2", second)
            await brain.until("2", within_s=15)
            assert await brain.metric('pcf_brain_region{region="second"}') == 1
            await press.publish("2", first)
            proxy.pass_()
            await _until(brain, 'pcf_brain_region{region="first"}', lambda value: value == 1)
            assert await brain.version() == "2"


@pytest.mark.parametrize("fault", ["refuse", "hang"])
async def test_at_a_start_without_the_first_region_the_second_is_served(
    press: Any, serve: Any, s3: S3, proxied: Proxied, fault: str
):
    async with proxied("127.0.0.1", s3.port) as proxy:
        first, seen = _bucket(s3, through=proxy)
        second, _ = _bucket(s3)
        await press.publish("1", first, second)
        getattr(proxy, fault)()
        async with serve(bucket_url=seen, fallback_bucket_url=second, poll_interval_s=_POLL_S) as brain:
            assert await brain.version() == "1"


@pytest.mark.parametrize("fault", ["refuse", "hang", "cut"])
async def test_with_all_regions_away_the_last_good_release_is_served(
    press: Any, serve: Any, s3: S3, proxied: Proxied, fault: str
):
    async with proxied("127.0.0.1", s3.port) as proxy:
        first, seen = _bucket(s3, through=proxy)
        await press.publish("1", first)
        async with serve(bucket_url=seen, poll_interval_s=_POLL_S) as brain:
            assert await brain.version() == "1"
            getattr(proxy, fault)()
            if fault != "cut":
                await _until(brain, "pcf_brain_store_problems", lambda value: value == 1)
            request = brain_pb2.RouteTaskRequest(task=brain_pb2.TASK_RENDER_CONTROL, capability_id="lamp")
            assert len((await brain.stub.RouteTask(request)).files) == 2
            proxy.pass_()
            await press.publish("2", first)
            await brain.until("2", within_s=15)
            await _until(brain, "pcf_brain_store_problems", lambda value: value == 0)


async def test_a_slow_bucket_is_followed(press: Any, serve: Any, s3: S3, proxied: Proxied):
    async with proxied("127.0.0.1", s3.port) as proxy:
        first, seen = _bucket(s3, through=proxy)
        await press.publish("1", first)
        proxy.slow(0.1)
        async with serve(bucket_url=seen) as brain:
            assert await brain.version() == "1"
            digest = await press.create(first, "2")
            await press.promote(first, digest)
            await brain.until("2", within_s=10)


async def test_a_start_with_nothing_published_waits_for_the_first_release(press: Any, serve: Any, bucket_url: str):
    async with serve(bucket_url=bucket_url, poll_interval_s=_POLL_S) as brain:
        assert await brain.metric("pcf_brain_store_problems") == 1
        await press.publish("1", bucket_url)
        assert await brain.version() == "1"


async def test_what_one_instance_read_spares_the_bucket_another_reading(press: Any, serve: Any, s3: S3, redis_url: str):
    """With the files gone from the bucket, the second instance can have them from Redis only."""
    bucket, _ = _bucket(s3)
    await press.publish("1", bucket)
    settings = {"bucket_url": bucket, "redis_url": redis_url, "poll_interval_s": _POLL_S}
    async with serve(**settings) as brain:
        assert await brain.version() == "1"
    name = bucket.removeprefix("s3://").partition("/")[0]
    for found in s3.client.list_objects_v2(Bucket=name, Prefix="files/")["Contents"]:
        s3.client.delete_object(Bucket=name, Key=found["Key"])
    async with serve(**settings) as brain:
        assert await brain.version() == "1"
        assert await brain.metric('pcf_brain_shared_cache_lookups_total{result="hit"}') > 20


@pytest.mark.parametrize("fault", ["refuse", "hang", "slow"])
async def test_redis_away_or_slow_costs_only_time(
    press: Any, serve: Any, bucket_url: str, redis_server: Redis, proxied: Proxied, fault: str
):
    await press.publish("1", bucket_url)
    async with proxied("127.0.0.1", redis_server.port) as proxy:
        if fault == "slow":
            proxy.slow(1.0)
        else:
            getattr(proxy, fault)()
        redis_url = f"redis://127.0.0.1:{proxy.port}/0"
        async with serve(bucket_url=bucket_url, redis_url=redis_url, poll_interval_s=_POLL_S) as brain:
            assert await brain.version() == "1"
            assert await brain.metric("pcf_brain_store_problems") == 0
            assert await brain.metric('pcf_brain_shared_cache_lookups_total{result="fault"}') > 0


async def test_a_redis_that_lies_is_a_miss(
    press: Any, serve: Any, bucket_url: str, redis_server: Redis, redis_url: str
):
    await press.publish("1", bucket_url)
    settings = {"bucket_url": bucket_url, "redis_url": redis_url, "poll_interval_s": _POLL_S}
    async with serve(**settings) as brain:
        assert await brain.version() == "1"
    keys = redis_server.ask("KEYS", "pcf:brain:*")
    for key in keys:
        redis_server.ask("SET", key, "lie")
    async with serve(**settings) as brain:
        assert await brain.version() == "1"
    assert (len(keys) > 20, "lie" in {redis_server.ask("GET", key) for key in keys}) == (True, False)


async def _until(brain: Any, metric: str, holds: Callable[[float], bool], *, within_s: float = 15) -> None:
    """Returns once the metric is so; it is asked as often as it can answer."""
    ends = time.monotonic() + within_s
    while not holds(value := await brain.metric(metric)):
        assert time.monotonic() < ends, f"{metric} stays {value}"
