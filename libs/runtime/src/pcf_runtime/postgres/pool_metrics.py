"""What operators see of a pool: how many of its connections are at work, and how many there may be."""

from prometheus_client import CollectorRegistry, Gauge

from pcf_runtime.postgres.pool import Pool

__all__ = ["tell_connections"]


def tell_connections(pool: Pool, registry: CollectorRegistry) -> None:
    """Whoever needs a connection while all are in use waits for one."""
    connections = Gauge(
        "pcf_database_connections",
        "Connections to the database: in use, idle, and the most there may be.",
        ["state"],
        registry=registry,
    )
    connections.labels("used").set_function(lambda: pool.get_size() - pool.get_idle_size())
    connections.labels("idle").set_function(pool.get_idle_size)
    connections.labels("max").set_function(pool.get_max_size)
