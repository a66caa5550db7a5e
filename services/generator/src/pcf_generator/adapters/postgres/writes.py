"""The reads and writes of a build that transactions are made of.

Times are the database's: an instance whose clock is wrong or jumps stores no wrong time and keeps no lease for longer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import asyncpg

from pcf_generator.adapters.postgres import rows
from pcf_generator.adapters.postgres.database import Connection
from pcf_generator.build_store import BuildUnknown, Lease
from pcf_generator.domain.build import Build, BuildState, EventType, NewEvent
from pcf_generator.ports.journal import LeaseLost

__all__ = ["Locked", "begun", "held", "insert", "locked", "save", "select"]

_LOCKED = f"SELECT {rows.BUILD_COLUMNS}, clock_timestamp() AS now FROM builds WHERE id = $1"


@dataclass(frozen=True, slots=True)
class Locked:
    """A build whose row nobody else changes until the transaction ends, and the time."""

    build: Build
    now: datetime


async def select(connection: Connection, build_id: str, *, tenant: str) -> Build:
    """One build of the tenant's as it stands; BuildUnknown."""
    query = f"SELECT {rows.BUILD_COLUMNS} FROM builds WHERE id = $1 AND tenant = $2"
    row = await connection.fetchrow(query, build_id, tenant)
    if row is None:
        raise BuildUnknown(build_id)
    return rows.build(row)


async def locked(connection: Connection, build_id: str, *, tenant: str) -> Locked:
    """One build of the tenant's, to change it or to write its next audit entry; BuildUnknown."""
    row = await connection.fetchrow(f"{_LOCKED} AND tenant = $2 FOR UPDATE", build_id, tenant)
    if row is None:
        raise BuildUnknown(build_id)
    return _locked(row)


async def held(connection: Connection, lease: Lease) -> Locked:
    """The build, if the lease still holds; LeaseLost."""
    query = f"{_LOCKED} AND lease_owner = $2 AND state = 'running' FOR UPDATE"
    row = await connection.fetchrow(query, lease.build.id, lease.holder)
    if row is None:
        raise LeaseLost(lease.build.id)
    return _locked(row)


async def begun(connection: Connection, build: Build) -> bool:
    """Whether the last that was told of a build is that its stage began; a claim or a return tells something else."""
    query = "SELECT type, stage FROM build_events WHERE build_id = $1 AND sequence = $2"
    row = await connection.fetchrow(query, build.id, build.last_sequence)
    return row is not None and tuple(row) == (EventType.STAGE_STARTED, build.stage)


async def insert(connection: Connection, build: Build, event: NewEvent) -> Build:
    """A new build with its first event."""
    now = await connection.fetchval("SELECT clock_timestamp()")
    made = replace(build, create_time=now, update_time=now, last_sequence=1)
    values = {**rows.fixed_values(made), **rows.changing_values(made)}
    places = ", ".join(f"${number}" for number in range(1, len(values) + 1))
    await connection.execute(f"INSERT INTO builds ({', '.join(values)}) VALUES ({places})", *values.values())
    await connection.execute(_ADD_EVENTS, *_events(made, [event]))
    return made


async def save(connection: Connection, old: Locked, build: Build, events: Sequence[NewEvent]) -> Build:
    """Store a build, and events about it as its next ones. Only a running build keeps its lease."""
    changed = replace(
        build,
        update_time=old.now,
        end_time=old.now if build.state.ended else None,
        last_sequence=build.last_sequence + len(events),
    )
    await connection.execute(_SAVE, *_events(changed, events), *rows.changing_values(changed).values())
    return changed


def _locked(row: asyncpg.Record) -> Locked:
    build = rows.build(row)
    # The time may have been taken before another's change was waited for.
    return Locked(build, max(row["now"], build.update_time))


_ADD_EVENTS = (
    "INSERT INTO build_events (build_id, event_time, state, sequence, type, stage, message, duration_s)"
    " SELECT $1, $2, $3, told.* FROM unnest($4::int[], $5::text[], $6::text[], $7::text[], $8::float8[]) AS told"
)
"""The values of `_events`."""


def _events(build: Build, events: Sequence[NewEvent]) -> tuple[object, ...]:
    """The last numbers of the build are theirs."""
    first = build.last_sequence - len(events) + 1
    return (
        build.id,
        build.update_time,
        build.state.value,
        list(range(first, build.last_sequence + 1)),
        [event.type.value for event in events],
        [event.stage.value if event.stage else None for event in events],
        [rows.plain(event.message) for event in events],
        [event.duration_s for event in events],
    )


def _save_statement() -> str:
    """Both in one journey to the database."""
    names = rows.CHANGING_COLUMNS
    settings = ", ".join(f"{name} = ${number}" for number, name in enumerate(names, start=9))
    state = f"${9 + names.index('state')}"
    running = f"{state} = '{BuildState.RUNNING}'"
    lease = ", ".join(f"{name} = CASE WHEN {running} THEN {name} END" for name in ("lease_owner", "lease_until"))
    return f"WITH saved AS (UPDATE builds SET {settings}, {lease} WHERE id = $1) {_ADD_EVENTS}"


_SAVE = _save_statement()
