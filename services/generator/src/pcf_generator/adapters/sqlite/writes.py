"""The writes of a build that transactions are made of."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from pcf_generator.adapters.sqlite import rows
from pcf_generator.build_store import BuildUnknown, Lease
from pcf_generator.domain.build import Build, BuildState, EventType, NewEvent
from pcf_generator.ports.journal import LeaseLost


def select(connection: sqlite3.Connection, build_id: str) -> Build:
    """One build; BuildUnknown."""
    row = connection.execute(f"SELECT {rows.BUILD_COLUMNS} FROM builds WHERE id = ?", (build_id,)).fetchone()
    if row is None:
        raise BuildUnknown(build_id)
    return rows.build(row)


def owned(connection: sqlite3.Connection, build_id: str, *, tenant: str) -> Build:
    """One build of the tenant's; BuildUnknown."""
    query = f"SELECT {rows.BUILD_COLUMNS} FROM builds WHERE id = ? AND tenant = ?"
    row = connection.execute(query, (build_id, tenant)).fetchone()
    if row is None:
        raise BuildUnknown(build_id)
    return rows.build(row)


def held(connection: sqlite3.Connection, lease: Lease) -> Build:
    """The build as it stands, if the lease still holds; LeaseLost."""
    row = connection.execute(
        f"SELECT {rows.BUILD_COLUMNS} FROM builds WHERE id = ? AND lease_owner = ? AND state = 'running'",
        (lease.build.id, lease.holder),
    ).fetchone()
    if row is None:
        raise LeaseLost(lease.build.id)
    return rows.build(row)


def begun(connection: sqlite3.Connection, build: Build) -> bool:
    """Whether the last that was told of a build is that its stage began; a claim or a return tells something else."""
    row = connection.execute(
        "SELECT type, stage FROM build_events WHERE build_id = ? AND sequence = ?", (build.id, build.last_sequence)
    ).fetchone()
    started = (EventType.STAGE_STARTED, build.stage)
    return row is not None and (row["type"], row["stage"]) == started


def insert(connection: sqlite3.Connection, build: Build) -> None:
    """A new build."""
    values = rows.build_values(build)
    names, places = ", ".join(values), ", ".join(f":{name}" for name in values)
    connection.execute(f"INSERT INTO builds ({names}) VALUES ({places})", values)


def save(connection: sqlite3.Connection, build: Build, events: Sequence[NewEvent], *, now: datetime) -> Build:
    """Store a build, and events about it as its next ones. Only a running build keeps its lease."""
    changed = tell(connection, build, events, now=now)
    values = rows.build_values(changed)
    settings = ", ".join(f"{name} = :{name}" for name in values if name != "id")
    lease = "" if changed.state is BuildState.RUNNING else ", lease_owner = NULL, lease_until = NULL"
    connection.execute(f"UPDATE builds SET {settings}{lease} WHERE id = :id", values)
    return changed


def tell(connection: sqlite3.Connection, build: Build, events: Sequence[NewEvent], *, now: datetime) -> Build:
    """Record events under the build's next numbers; the build as it then is, which the caller stores."""
    connection.executemany(
        "INSERT INTO build_events (build_id, sequence, event_time, type, state, stage, message, duration_s)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                build.id,
                sequence,
                rows.time_text(now),
                event.type.value,
                build.state.value,
                event.stage.value if event.stage else None,
                event.message,
                event.duration_s,
            )
            for sequence, event in enumerate(events, start=build.last_sequence + 1)
        ],
    )
    return replace(build, update_time=now, last_sequence=build.last_sequence + len(events))
