"""The builds table as a queue: whose turn it is, who may be claimed, who holds what."""

import asyncio
import random
from collections.abc import Iterable
from datetime import timedelta

from pcf_generator.adapters.postgres import rows
from pcf_generator.adapters.postgres.database import Connection
from pcf_generator.build_store import Lease
from pcf_generator.domain.share import Shares

__all__ = ["WAITING", "age_s", "claim", "depth", "extend", "holds", "tenants_waiting"]

WAITING = """
waiting (tenant, head) AS (
  (SELECT tenant, id FROM builds WHERE state = 'queued' ORDER BY tenant, id LIMIT 1)
  UNION ALL
  SELECT next.* FROM waiting CROSS JOIN LATERAL (
    SELECT tenant, id FROM builds WHERE state = 'queued' AND tenant > waiting.tenant ORDER BY tenant, id LIMIT 1
  ) AS next
)"""
"""The tenants that wait, each with its oldest build: one step in an index for each tenant, however long the queue."""

_NEXT = """
SELECT id FROM builds WHERE state = 'queued' AND tenant = fair.tenant ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED
"""
# A lease that ran out goes first: its tenant's place is taken already. Else it is the turn of the tenant with the
# fewest running builds for its weight, and among equals of who had none for longest: `fair`, in that order. The joins
# go through it from its first row on, and lock nothing behind the row they stop at.
#
# Whoever comes at the same moment passes over rows that are locked, so nobody waits for anybody: over the turn of a
# tenant that another claims for, to the tenant after it, and if every turn is taken (`anyone`), to the next build of
# the first. Only a limit of running builds needs the turn: who has it sees by its number whether anybody claimed since
# this statement counted. What was passed over for that is `contended`: it is worth another look.
#
# The time stands in a subquery, for an index cannot be searched with what changes with every row. PostgreSQL 15 does
# not give a row's old values: what was lost is known by where it was found.
_CLAIM = f"""
WITH RECURSIVE lost AS (
  SELECT id FROM builds WHERE state = 'running' AND lease_until <= (SELECT clock_timestamp())
  ORDER BY lease_until LIMIT 1 FOR UPDATE SKIP LOCKED
), {WAITING}, busy AS (
  SELECT tenant, count(*) AS builds FROM builds WHERE state = 'running' GROUP BY tenant
), own AS (
  SELECT * FROM unnest($4::text[], $5::float8[], $6::int[]) AS own (tenant, weight, most)
), fair AS MATERIALIZED (
  SELECT tenant, coalesce(served, 0) AS served, most FROM (
    SELECT tenant, head, served, coalesce(busy.builds, 0) AS builds,
      CASE WHEN own.tenant IS NULL THEN $7 ELSE own.weight END AS weight,
      CASE WHEN own.tenant IS NULL THEN $8::int ELSE own.most END AS most
    FROM waiting LEFT JOIN busy USING (tenant) LEFT JOIN queue_turns USING (tenant) LEFT JOIN own USING (tenant)
  ) AS standing
  WHERE most IS NULL OR builds < most
  ORDER BY builds / weight, coalesce(weight * ((SELECT last_value FROM queue_turn) + 1 - nullif(served, 0)), 'Infinity')
    DESC, weight DESC, head
), turn AS (
  SELECT next.id FROM fair CROSS JOIN LATERAL (
    SELECT FROM queue_turns WHERE tenant = fair.tenant AND (fair.most IS NULL OR served = fair.served)
    FOR UPDATE SKIP LOCKED
  ) AS mine CROSS JOIN LATERAL ({_NEXT}) AS next LIMIT 1
), anyone AS (
  SELECT next.id FROM fair CROSS JOIN LATERAL ({_NEXT}) AS next WHERE fair.most IS NULL LIMIT 1
), chosen AS (
  SELECT id, way FROM (
    SELECT id, 'lost' FROM lost UNION ALL SELECT id, 'turn' FROM turn UNION ALL SELECT id, 'anyone' FROM anyone
  ) AS found (id, way) LIMIT 1
), claimed AS (
  UPDATE builds SET state = 'running', claims = claims + 1, last_sequence = last_sequence + (way = 'lost')::int,
    update_time = greatest(update_time, clock_timestamp()), lease_owner = $1, lease_until = clock_timestamp() + $2
  FROM chosen WHERE builds.id = chosen.id
  RETURNING builds.*, way
), told AS (
  INSERT INTO build_events (build_id, sequence, event_time, type, state, message)
  SELECT id, last_sequence, update_time, 'handed_back', state, $3 FROM claimed WHERE way = 'lost'
), served AS (
  UPDATE queue_turns SET served = nextval('queue_turn') FROM claimed
  WHERE queue_turns.tenant = claimed.tenant AND way = 'turn'
)
SELECT {rows.BUILD_COLUMNS}, id IS NULL AND EXISTS (SELECT FROM fair) AS contended
FROM (SELECT) AS always LEFT JOIN claimed ON true
"""
_EXTEND = (
    "UPDATE builds SET lease_until = clock_timestamp() + $3"
    " WHERE id = $1 AND lease_owner = $2 AND state = 'running' AND lease_until > clock_timestamp()"
)
_AGE = "coalesce(extract(epoch FROM clock_timestamp() - min(update_time)), 0)"
_LOOKS = 20
_PAUSE_S = 0.005
"""About what a commit takes; whoever looks again waits up to this long, each another time."""


async def claim(connection: Connection, holder: str, *, lease_s: float, shares: Shares) -> Lease | None:
    """Give the next build, or one whose lease ran out, to a holder."""
    own = _columns(shares)
    lease, message = timedelta(seconds=lease_s), "The instance that ran it is gone."
    usual = shares.usual
    for _ in range(_LOOKS):
        row = await connection.fetchrow(_CLAIM, holder, lease, message, *own, usual.weight, usual.running)
        assert row is not None  # noqa: S101 - there is always one
        if row["id"] is not None:
            return Lease(rows.build(row), holder)
        if not (shares.limited and row["contended"]):
            return None
        await asyncio.sleep(random.uniform(0, _PAUSE_S))  # noqa: S311 - spreads load
    return None


def _columns(shares: Shares) -> Iterable[list[object]]:
    own = shares.tenants.items()
    return [name for name, _ in own], [share.weight for _, share in own], [share.running for _, share in own]


async def holds(connection: Connection, lease: Lease) -> bool:
    """Whether the lease is still this holder's; one that ran out is, until another takes the build."""
    query = "SELECT true FROM builds WHERE id = $1 AND lease_owner = $2 AND state = 'running'"
    return bool(await connection.fetchval(query, lease.build.id, lease.holder))


async def extend(connection: Connection, lease: Lease, *, lease_s: float) -> bool:
    """Keep a lease; false when it is lost or has run out."""
    done = await connection.execute(_EXTEND, lease.build.id, lease.holder, timedelta(seconds=lease_s))
    return bool(done == "UPDATE 1")


async def depth(connection: Connection) -> int:
    """How many builds wait."""
    return int(await connection.fetchval("SELECT count(*) FROM builds WHERE state = 'queued'"))


async def tenants_waiting(connection: Connection) -> int:
    """How many tenants have builds that wait."""
    return int(await connection.fetchval(f"WITH RECURSIVE {WAITING} SELECT count(*) FROM waiting"))


async def age_s(connection: Connection) -> float:
    """How long the longest waiting of the tenants' next builds has waited."""
    query = f"WITH RECURSIVE {WAITING} SELECT {_AGE} FROM waiting JOIN builds ON builds.id = head"
    return float(await connection.fetchval(query))
