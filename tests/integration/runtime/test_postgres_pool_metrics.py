"""What is told of a pool of connections to a real PostgreSQL."""

from pcf_runtime.postgres.pool import open_pool
from pcf_runtime.postgres.pool_metrics import tell_connections
from prometheus_client import CollectorRegistry


def connections(registry: CollectorRegistry) -> tuple[float | None, ...]:
    states = ("used", "idle", "max")
    return tuple(registry.get_sample_value("pcf_database_connections", {"state": state}) for state in states)


async def test_connections_are_told_by_what_they_do(database_url):
    registry = CollectorRegistry()
    async with open_pool(database_url, application="pcf-test", size=3) as pool:
        tell_connections(pool, registry)
        assert (0, 1, 3) == connections(registry)
        async with pool.acquire(), pool.acquire():
            assert (2, 0, 3) == connections(registry)
        assert (0, 2, 3) == connections(registry)
