"""The builds table as a queue: whose turn it is, who may be claimed, who holds what."""

import sqlite3
from datetime import datetime
from math import inf

from pcf_generator.adapters.sqlite import rows, writes
from pcf_generator.build_store import Lease
from pcf_generator.domain.build import Build
from pcf_generator.domain.share import Shares

# Its index is named, as SQLite would rather walk all running builds in order.
_LOST = (
    "SELECT id FROM builds INDEXED BY builds_leased WHERE state = 'running' AND lease_until <= ?"
    " ORDER BY lease_until LIMIT 1"
)
# One step in an index for each tenant that waits, however long the queue. The index is named too: else
# all that waits would be walked for the least.
_QUEUED = "FROM builds INDEXED BY builds_queued WHERE state = 'queued'"
_WAITING = f"""
WITH RECURSIVE waiting (tenant) AS (
    SELECT (SELECT builds.tenant {_QUEUED} ORDER BY builds.tenant LIMIT 1)
    UNION ALL
    SELECT (SELECT builds.tenant {_QUEUED} AND builds.tenant > waiting.tenant ORDER BY builds.tenant LIMIT 1)
    FROM waiting WHERE waiting.tenant IS NOT NULL
)
"""
_STANDINGS = f"""
{_WAITING}, busy AS (SELECT tenant, count(*) AS builds FROM builds WHERE state = 'running' GROUP BY tenant)
SELECT waiting.tenant, coalesce(busy.builds, 0) AS builds, coalesce(served, 0) AS served,
    (SELECT id {_QUEUED} AND builds.tenant = waiting.tenant ORDER BY id LIMIT 1) AS head
FROM waiting LEFT JOIN busy USING (tenant) LEFT JOIN queue_turns USING (tenant) WHERE waiting.tenant IS NOT NULL
"""
_OLDEST = f"""
{_WAITING}
SELECT min((SELECT update_time {_QUEUED} AND builds.tenant = waiting.tenant ORDER BY id LIMIT 1)) FROM waiting
"""
_SERVE = """
INSERT INTO queue_turns (tenant, served)
SELECT ?, coalesce(max(served), 0) + 1 FROM queue_turns WHERE true
ON CONFLICT DO UPDATE SET served = excluded.served
"""


def claimable(connection: sqlite3.Connection, now: datetime, shares: Shares) -> Build | None:
    """The build whose lease ran out first, or else the oldest of the tenant whose turn it is."""
    if (lost := connection.execute(_LOST, (rows.time_text(now),)).fetchone()) is not None:
        return writes.select(connection, lost["id"])
    head = _fair(connection.execute(_STANDINGS).fetchall(), shares)
    return writes.select(connection, head) if head else None


def _fair(standings: list[sqlite3.Row], shares: Shares) -> str | None:
    """Fewest running builds for its weight, and among equals who had no turn for longest."""
    newest = max((row["served"] for row in standings), default=0)

    def order(row: sqlite3.Row) -> tuple[float, float, float, str]:
        weight, served = shares.of(row["tenant"]).weight, row["served"]
        return row["builds"] / weight, -weight * (newest + 1 - served) if served else -inf, -weight, row["head"]

    ready = [row for row in standings if _may_run(row["builds"], shares.of(row["tenant"]).running)]
    return str(min(ready, key=order)["head"]) if ready else None


def _may_run(builds: int, most: int | None) -> bool:
    return most is None or builds < most


def serve(connection: sqlite3.Connection, tenant: str) -> None:
    """Write down that a tenant had its turn."""
    connection.execute(_SERVE, (tenant,))


def any_claimable(connection: sqlite3.Connection, now: datetime) -> bool:
    """Whether any build waits or has lost its lease; it may be that no tenant may run more."""
    waits = connection.execute("SELECT EXISTS (SELECT 1 FROM builds WHERE state = 'queued')").fetchone()[0]
    return bool(waits or connection.execute(_LOST, (rows.time_text(now),)).fetchone())


def lease(connection: sqlite3.Connection, build: Build, holder: str, *, until: datetime) -> Lease:
    """Give a running build to a holder."""
    connection.execute(
        "UPDATE builds SET lease_owner = ?, lease_until = ? WHERE id = ?", (holder, rows.time_text(until), build.id)
    )
    return Lease(build, holder)


def extend(connection: sqlite3.Connection, held: Lease, *, now: datetime, until: datetime) -> bool:
    """Keep a lease; false when it is lost or has run out."""
    cursor = connection.execute(
        "UPDATE builds SET lease_until = ? WHERE id = ? AND lease_owner = ? AND state = 'running' AND lease_until > ?",
        (rows.time_text(until), held.build.id, held.holder, rows.time_text(now)),
    )
    return cursor.rowcount == 1


def depth(connection: sqlite3.Connection, tenant: str | None = None) -> int:
    """How many builds wait; of one tenant's if one is given."""
    query, given = "SELECT count(*) FROM builds WHERE state = 'queued'", () if tenant is None else (tenant,)
    return int(connection.execute(query + " AND tenant = ?" * len(given), given).fetchone()[0])


def tenants_waiting(connection: sqlite3.Connection) -> int:
    """How many tenants have builds that wait."""
    return int(connection.execute(f"{_WAITING} SELECT count(tenant) FROM waiting").fetchone()[0])


def age_s(connection: sqlite3.Connection, *, now: datetime) -> float:
    """How long the longest waiting of the tenants' next builds has waited."""
    oldest = connection.execute(_OLDEST).fetchone()[0]
    return (now - datetime.fromisoformat(oldest)).total_seconds() if oldest else 0.0
