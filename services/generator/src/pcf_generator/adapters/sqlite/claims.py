"""The builds table as a queue: who waits, who may be claimed, who holds what."""

import sqlite3
from datetime import datetime

from pcf_generator.adapters.sqlite import rows, writes
from pcf_generator.build_store import Lease
from pcf_generator.domain.build import Build

# Both arms are index walks; the second finds next to nothing, so sorting it costs nothing. Its index is named, as
# SQLite would rather walk all running builds in order.
_CLAIMABLE = (
    "SELECT id FROM builds WHERE state = 'queued'"
    " UNION ALL SELECT id FROM builds INDEXED BY builds_leased WHERE state = 'running' AND lease_until <= :now"
    " ORDER BY id LIMIT 1"
)


def claimable(connection: sqlite3.Connection, now: datetime) -> Build | None:
    """The oldest build that waits or whose lease ran out."""
    found = next_id(connection, now)
    return writes.select(connection, found) if found else None


def next_id(connection: sqlite3.Connection, now: datetime) -> str | None:
    """Which one that is."""
    found = connection.execute(_CLAIMABLE, {"now": rows.time_text(now)}).fetchone()
    return str(found["id"]) if found else None


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


def depth(connection: sqlite3.Connection) -> int:
    """How many builds wait."""
    return int(connection.execute("SELECT count(*) FROM builds WHERE state = 'queued'").fetchone()[0])
