"""The builds table as a queue: who waits, who may be claimed, who holds what."""

from datetime import timedelta

from pcf_generator.adapters.postgres import rows
from pcf_generator.adapters.postgres.database import Connection
from pcf_generator.build_store import Lease, QueueFull

__all__ = ["admit", "claim", "depth", "extend", "holds"]

# Both candidates come from an index of their own, in its order. Whoever comes at the same moment passes over rows that
# are locked, so nobody waits for anybody. The time stands in a subquery, for an index cannot be searched with what
# changes with every row. PostgreSQL 15 does not give a row's old values: what was lost is known by where it was found.
_CLAIM = f"""
WITH lost AS (
  SELECT id FROM builds WHERE state = 'running' AND lease_until <= (SELECT clock_timestamp())
  ORDER BY lease_until LIMIT 1 FOR UPDATE SKIP LOCKED
), waiting AS (
  SELECT id FROM builds WHERE state = 'queued' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
), oldest AS (
  SELECT id, was_lost FROM (SELECT id, true FROM lost UNION ALL SELECT id, false FROM waiting) AS found (id, was_lost)
  ORDER BY id LIMIT 1
), claimed AS (
  UPDATE builds SET state = 'running', claims = claims + 1, last_sequence = last_sequence + was_lost::int,
    update_time = greatest(update_time, clock_timestamp()), lease_owner = $1, lease_until = clock_timestamp() + $2
  FROM oldest WHERE builds.id = oldest.id
  RETURNING builds.*, was_lost
), told AS (
  INSERT INTO build_events (build_id, sequence, event_time, type, state, message)
  SELECT id, last_sequence, update_time, 'handed_back', state, $3 FROM claimed WHERE was_lost
)
SELECT {rows.BUILD_COLUMNS} FROM claimed
"""
_EXTEND = (
    "UPDATE builds SET lease_until = clock_timestamp() + $3"
    " WHERE id = $1 AND lease_owner = $2 AND state = 'running' AND lease_until > clock_timestamp()"
)
_ADMISSION_LOCK = 7_262_119
"""Any constant that no one else in the database locks."""
_MOST_AT_ONCE = 256
"""More builds than can be made at the same moment: each takes one of the server's connections."""


async def claim(connection: Connection, holder: str, *, lease_s: float) -> Lease | None:
    """Give the oldest build that waits or whose lease ran out to a holder."""
    row = await connection.fetchrow(_CLAIM, holder, timedelta(seconds=lease_s), "The instance that ran it is gone.")
    return Lease(rows.build(row), holder) if row else None


async def holds(connection: Connection, lease: Lease) -> bool:
    """Whether the lease is still this holder's; one that ran out is, until another takes the build."""
    query = "SELECT true FROM builds WHERE id = $1 AND lease_owner = $2 AND state = 'running'"
    return bool(await connection.fetchval(query, lease.build.id, lease.holder))


async def extend(connection: Connection, lease: Lease, *, lease_s: float) -> bool:
    """Keep a lease; false when it is lost or has run out."""
    done = await connection.execute(_EXTEND, lease.build.id, lease.holder, timedelta(seconds=lease_s))
    return bool(done == "UPDATE 1")


async def admit(connection: Connection, *, limit: int) -> None:
    """Make sure that one more build may wait; QueueFull.

    Far from the limit nobody waits for anybody; near it, one after another is let in. Those who come from afar hold
    the lock together, so whoever is near counts them too.
    """
    near = await depth(connection) > limit - _MOST_AT_ONCE
    lock = "pg_advisory_xact_lock" if near else "pg_advisory_xact_lock_shared"
    await connection.execute(f"SELECT {lock}($1)", _ADMISSION_LOCK)
    waiting = await depth(connection) if near else 0
    if waiting >= limit:
        raise QueueFull(waiting)


async def depth(connection: Connection) -> int:
    """How many builds wait."""
    return int(await connection.fetchval("SELECT count(*) FROM builds WHERE state = 'queued'"))
