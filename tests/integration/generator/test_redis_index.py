"""Shared results in a real Redis: of use to every instance, of none to whoever reads along, and never needed."""

import asyncio
import base64
import re
from collections.abc import Iterator
from typing import Any

import pytest
from pcf.generator.v1 import generator_pb2 as pb
from pcf_generator.domain.stage import Stage
from redis import Redis as Client

from tests.servers.redis import Redis, redis

NAMES = ["Kundenzufriedenheit", "Nachtfalter"]
PROMPT = f"I need a 7-star rating control named {NAMES[0]}"
OPTIONS = pb.BuildOptions(namespace=NAMES[1], display_name="Sehr Geheim", description="Nur fuer uns")
WORDS = [*NAMES, "Sehr Geheim", "Nur fuer uns", "rating", "StarRating", "export class", "releases/"]
STAGES = [stage.value for stage in Stage]
SECRET = base64.b64encode(bytes(range(32))).decode()


@pytest.fixture
def own_redis() -> Iterator[Redis]:
    """One that may be killed."""
    with redis() as server:
        yield server


def settings(url: str, **more: object) -> dict[str, object]:
    return {"redis_url": url, "cache_key": SECRET, **more}


async def recalled(log: Any, build: pb.Build) -> list[str]:
    """The stages whose result came from another build."""
    events = await log.until(build, "build.succeeded")
    return [event.details["stage"] for event in events if event.details.get("recalled") == "true"]


async def test_what_one_instance_made_another_takes_though_its_database_knows_nothing(
    start_brain: Any, start_audit: Any, start_generator: Any, redis_url: str, tmp_path: Any
):
    async with start_brain() as brain, start_audit() as (audit, log):
        told = []
        for database in ("one.db", "two.db"):
            values = settings(redis_url, database=tmp_path / database)
            async with start_generator(brain=brain, audit=audit, **values) as generator:
                build = await generator.settled(await generator.create(PROMPT, options=OPTIONS))
                told.append((await recalled(log, build), build.result.artifacts[0].sha256))
    (first, sha256), (second, same) = told
    assert ([], STAGES, sha256) == (first, second, same)


async def test_nothing_in_redis_tells_what_makers_wrote(
    start_brain: Any, start_audit: Any, start_generator: Any, redis_server: Any, redis_url: str
):
    async with (
        start_brain() as brain,
        start_audit() as (audit, _),
        start_generator(brain=brain, audit=audit, **settings(redis_url)) as generator,
    ):
        build = await generator.settled(await generator.create(PROMPT, options=OPTIONS))
        source = await generator.download(build, "source")
    with Client(port=redis_server.port) as client:
        kept = {key: client.get(key) for key in client.scan_iter()}
        lives = [client.pttl(key) for key in kept]
    everything = b"\n".join(part for pair in kept.items() for part in pair).lower()
    assert 3 == len(kept), "what was generated, what was packaged, and the build as a whole"
    assert all(0 < life <= 86_400_000 for life in lives)
    assert NAMES[0].encode() in source, "the words are in what was made, and would be found"
    assert [] == [word for word in WORDS if word.lower().encode() in everything]
    assert [b"pcf:generator:"] * 3 == [re.sub(rb"[0-9a-f]{64}$", b"", key) for key in kept]


async def test_another_secret_is_a_cold_redis_and_no_fault(
    start_brain: Any, start_audit: Any, start_generator: Any, redis_url: str, tmp_path: Any
):
    async with start_brain() as brain, start_audit() as (audit, log):
        for database, secret in (("one.db", SECRET), ("two.db", base64.b64encode(bytes(32)).decode())):
            values = settings(redis_url, database=tmp_path / database, cache_key=secret)
            async with start_generator(brain=brain, audit=audit, **values) as generator:
                build = await generator.settled(await generator.create(PROMPT))
                assert [] == await recalled(log, build)


@pytest.mark.slow
async def test_redis_that_is_killed_and_comes_back_under_load_fails_no_build(
    start_brain: Any, start_audit: Any, start_generator: Any, own_redis: Redis
):
    async with (
        start_brain() as brain,
        start_audit() as (audit, _),
        start_generator(brain=brain, audit=audit, **settings(own_redis.url())) as generator,
    ):
        builds: list[pb.Build] = []
        for turn, act in enumerate([own_redis.kill, own_redis.start, own_redis.kill, own_redis.start]):
            prompts = [f"I need a star rating named Stars{turn}{number % 10}" for number in range(20)]
            builds += await asyncio.gather(*map(generator.create, prompts))
            await asyncio.to_thread(act)
        settled = [await generator.settled(build) for build in builds]
    assert [pb.Build.STATE_SUCCEEDED] * 80 == [build.state for build in settled]


@pytest.mark.parametrize("fault", ["refuse", "hang"])
async def test_redis_that_is_away_from_the_start_costs_time_only(
    start_brain: Any, start_audit: Any, start_generator: Any, redis_server: Any, proxied: Any, fault: str
):
    async with proxied("127.0.0.1", redis_server.port) as proxy, start_brain() as brain, start_audit() as (audit, log):
        getattr(proxy, fault)()
        values = settings(f"redis://127.0.0.1:{proxy.port}/0")
        async with start_generator(brain=brain, audit=audit, **values) as generator:
            for expected in ([], STAGES):
                build = await generator.settled(await generator.create(PROMPT))
                assert expected == await recalled(log, build)


async def test_a_full_redis_keeps_what_it_has_and_fails_no_build(
    start_brain: Any, start_audit: Any, start_generator: Any
):
    with redis(settings=["maxmemory 1", "maxmemory-policy noeviction"]) as full:
        async with (
            start_brain() as brain,
            start_audit() as (audit, _),
            start_generator(brain=brain, audit=audit, **settings(full.url())) as generator,
        ):
            build = await generator.settled(await generator.create(PROMPT))
        assert (pb.Build.STATE_SUCCEEDED, 0) == (build.state, full.ask("DBSIZE"))
