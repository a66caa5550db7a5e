"""Audit entries on their way: written with what they tell of, removed once the audit log has them."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from pcf_generator.adapters import json_text
from pcf_generator.adapters.sqlite import rows
from pcf_generator.domain.build import Build
from pcf_generator.domain.trail import AuditEvent, TrailEntry
from pcf_generator.ports.outside import NewId

_COLUMNS = "event_id, build_id, event_time, actor, request_id, tenant, entry"
_TRACE = "(SELECT trace FROM builds WHERE builds.id = outbox.build_id) AS trace"


def add(
    connection: sqlite3.Connection,
    build: Build,
    entry: TrailEntry,
    *,
    actor: str,
    request_id: str,
    now: datetime,
    new_id: NewId,
) -> None:
    """An entry about a build."""
    connection.execute(
        f"INSERT INTO outbox ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?)",
        (new_id(), build.id, rows.time_text(now), actor, request_id, build.tenant, json_text.dump(TrailEntry, entry)),
    )


def oldest(connection: sqlite3.Connection, limit: int) -> list[AuditEvent]:
    """The first entries, in the order they were written."""
    query = f"SELECT {_COLUMNS}, {_TRACE} FROM outbox ORDER BY position LIMIT ?"
    return [rows.audit_event(row) for row in connection.execute(query, (limit,))]


def remove(connection: sqlite3.Connection, event_ids: Sequence[str]) -> None:
    """Entries that arrived."""
    connection.executemany("DELETE FROM outbox WHERE event_id = ?", [(event_id,) for event_id in event_ids])


def set_aside(connection: sqlite3.Connection, event_id: str, *, reason: str, now: datetime) -> None:
    """An entry that will never arrive."""
    connection.execute(
        f"INSERT OR IGNORE INTO undeliverable ({_COLUMNS}, reason, set_aside_time)"
        f" SELECT {_COLUMNS}, ?, ? FROM outbox WHERE event_id = ?",
        (reason, rows.time_text(now), event_id),
    )
    remove(connection, [event_id])


def depth(connection: sqlite3.Connection) -> int:
    """How many entries wait."""
    return int(connection.execute("SELECT count(*) FROM outbox").fetchone()[0])


def age_s(connection: sqlite3.Connection, *, now: datetime) -> float:
    """How long the oldest entry has waited."""
    oldest = connection.execute("SELECT event_time FROM outbox ORDER BY position LIMIT 1").fetchone()
    return (now - datetime.fromisoformat(oldest[0])).total_seconds() if oldest else 0.0
