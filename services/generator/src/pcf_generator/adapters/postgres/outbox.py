"""Audit entries on their way: written with what they tell of, removed once the audit log has them.

Whoever writes one holds its build's row, in this transaction: so a build's entries become visible in the order of
their positions, whichever instances write them. Between builds no order is promised.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from pcf_generator.adapters import json_text
from pcf_generator.adapters.postgres import rows
from pcf_generator.adapters.postgres.database import Connection
from pcf_generator.domain.build import Build
from pcf_generator.domain.trail import AuditEvent, TrailEntry
from pcf_generator.ports.outside import NewId

__all__ = ["add", "age_s", "depth", "leave", "oldest", "remove", "set_aside", "take_turn"]

_COLUMNS = "event_id, build_id, event_time, actor, request_id, tenant, entry"
_TRACE = "(SELECT trace FROM builds WHERE builds.id = outbox.build_id) AS trace"
_ADD = (
    f"INSERT INTO outbox ({_COLUMNS}) SELECT event_id, $1, $2, $3, $4, $5, entry"
    " FROM unnest($6::text[], $7::json[]) WITH ORDINALITY AS told (event_id, entry, number) ORDER BY number"
)
_SET_ASIDE = (
    f"WITH refused AS (DELETE FROM outbox WHERE event_id = $1 RETURNING {_COLUMNS})"
    f" INSERT INTO undeliverable ({_COLUMNS}, reason, set_aside_time) SELECT {_COLUMNS}, $2, clock_timestamp()"
    " FROM refused ON CONFLICT DO NOTHING"
)
_TAKE_TURN = (
    "UPDATE delivery SET owner = $1, turn_ends = clock_timestamp() + $2"
    " WHERE owner = $1 OR turn_ends <= clock_timestamp()"
)


async def add(
    connection: Connection,
    build: Build,
    entries: Sequence[TrailEntry],
    *,
    actor: str,
    request_id: str,
    now: datetime,
    new_id: NewId,
) -> None:
    """Entries about a build, in order."""
    ids = [new_id() for _ in entries]
    texts = [json_text.dump(TrailEntry, entry) for entry in entries]
    await connection.execute(_ADD, build.id, now, rows.plain(actor), request_id, build.tenant, ids, texts)


async def oldest(connection: Connection, limit: int) -> list[AuditEvent]:
    """The first entries, in the order they were written."""
    found = await connection.fetch(f"SELECT {_COLUMNS}, {_TRACE} FROM outbox ORDER BY position LIMIT $1", limit)
    return [rows.audit_event(row) for row in found]


async def remove(connection: Connection, event_ids: Sequence[str]) -> None:
    """Entries that arrived."""
    await connection.execute("DELETE FROM outbox WHERE event_id = ANY($1::text[])", event_ids)


async def set_aside(connection: Connection, event_id: str, *, reason: str) -> None:
    """An entry that will never arrive."""
    await connection.execute(_SET_ASIDE, event_id, rows.plain(reason))


async def depth(connection: Connection) -> int:
    """How many entries wait."""
    return int(await connection.fetchval("SELECT count(*) FROM outbox"))


async def age_s(connection: Connection) -> float:
    """How long the oldest entry has waited."""
    query = "SELECT extract(epoch FROM clock_timestamp() - event_time) FROM outbox ORDER BY position LIMIT 1"
    return float(await connection.fetchval(query) or 0)


async def take_turn(connection: Connection, owner: str, *, turn_s: float) -> bool:
    """Whether it is this owner's turn to deliver."""
    return bool(await connection.execute(_TAKE_TURN, owner, timedelta(seconds=turn_s)) == "UPDATE 1")


async def leave(connection: Connection, owner: str) -> None:
    """End this owner's turn."""
    await connection.execute("UPDATE delivery SET turn_ends = clock_timestamp() WHERE owner = $1", owner)
