"""The cache on Redis with Sentinels and on a cluster, while servers of these die."""

import pytest
from pcf_runtime.redis_cache import RedisCache
from pcf_runtime.redis_client import RedisUrl, connect

from tests.servers.redis_groups import redis_cluster, watched_redis

pytestmark = pytest.mark.slow

KEYS = [f"key-{number}" for number in range(60)]


def _cache(url: str) -> RedisCache:
    client = connect(RedisUrl.parse(url), timeout_s=5.0, application="pcf-test")
    return RedisCache(client, namespace="pcf:test:", limit_s=5.0, rest_s=0.05)


async def test_sentinels_lead_to_the_new_primary(eventually):
    with watched_redis() as group:
        cache = _cache(group.url)
        await cache.put("key", b"old", ttl_s=60)
        assert b"old" == await cache.get("key")
        group.primary.kill()

        async def written() -> bool:
            await cache.put("key", b"new", ttl_s=60)
            return await cache.get("key") == b"new"

        assert await eventually(written)
        assert "new" == group.replica.ask("GET", "pcf:test:key")
        await cache.aclose()


async def test_a_sentinel_that_is_away_does_not_matter():
    with watched_redis() as group:
        group.sentinels[0].kill()
        cache = _cache(group.url)
        await cache.put("key", b"value", ttl_s=60)
        assert b"value" == await cache.get("key")
        await cache.aclose()


async def test_a_cluster_keeps_the_keys_on_all_its_nodes_and_a_dead_node_costs_no_error(eventually):
    with redis_cluster() as cluster:
        cache = _cache(cluster.url)
        for key in KEYS:
            assert key.encode() == await cache.get_or_make(key, _making(key), ttl_s=60)
        assert [key.encode() for key in KEYS] == [await cache.get(key) for key in KEYS]
        assert all(node.ask("DBSIZE") > 0 for node in cluster.nodes)
        cluster.nodes[0].kill()
        for key in KEYS:
            assert key.encode() == await cache.get_or_make(key, _making(key), ttl_s=60)
        await cache.aclose()


def _making(key: str):
    async def make() -> bytes:
        return key.encode()

    return make
