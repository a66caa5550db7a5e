"""Who may join the queue: as many builds as there is room for, of all tenants and of each."""

from pcf_generator.adapters.postgres.database import Connection
from pcf_generator.build_store import QueueFull, TenantQueueFull

__all__ = ["admit"]

_LOCK = 7_262_119
"""Any constant that no one else in the database locks; with a tenant's hash beside it, a lock of that tenant's."""
_MOST_AT_ONCE = 256
"""More builds than can be made at the same moment: each takes one of the server's connections."""
_COUNT = "SELECT count(*), count(*) FILTER (WHERE tenant = $1) FROM builds WHERE state = 'queued'"


async def admit(connection: Connection, tenant: str, *, limit: int, tenant_limit: int) -> None:
    """Make sure that one more build of the tenant's may wait; TenantQueueFull, QueueFull.

    Far from a limit nobody waits for anybody; near it, one after another is let in. Those who come from afar hold
    the lock together, so whoever is near counts them too. The tenant's lock comes first, always: nobody holds the
    other one and waits for it.
    """
    waiting, own = await _counted(connection, tenant)
    locks = [_lock(near=own > tenant_limit - _MOST_AT_ONCE), _lock(near=waiting > limit - _MOST_AT_ONCE)]
    await connection.execute(f"SELECT {locks[0]}($1::int, hashtext($2)), {locks[1]}($3::bigint)", _LOCK, tenant, _LOCK)
    if _lock(near=True) in locks:
        waiting, own = await _counted(connection, tenant)
    if own >= tenant_limit:
        raise TenantQueueFull(own)
    if waiting >= limit:
        raise QueueFull(waiting)


def _lock(*, near: bool) -> str:
    return "pg_advisory_xact_lock" if near else "pg_advisory_xact_lock_shared"


async def _counted(connection: Connection, tenant: str) -> tuple[int, int]:
    row = await connection.fetchrow(_COUNT, tenant)
    assert row is not None  # noqa: S101 - counts are one row
    return int(row[0]), int(row[1])
