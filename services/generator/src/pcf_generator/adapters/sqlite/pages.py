"""Lists, each read from an index in its order: a page takes the same time however many rows there are."""

import sqlite3

from pcf_generator.adapters.sqlite import rows
from pcf_generator.domain.build import Build, BuildEvent, BuildState

_LAST_ID = "~"
"""Behind every ULID."""
# The indexes are named: SQLite might rather walk all builds by id.
_BUILDS = (
    f"SELECT {rows.BUILD_COLUMNS} FROM builds INDEXED BY builds_by_tenant"
    " WHERE tenant = :tenant AND id < :before ORDER BY id DESC LIMIT :limit"
)
_BUILDS_OF_STATE = (
    f"SELECT {rows.BUILD_COLUMNS} FROM builds INDEXED BY builds_by_tenant_and_state"
    " WHERE tenant = :tenant AND state = :state AND id < :before ORDER BY id DESC LIMIT :limit"
)
_EVENTS = (
    "SELECT build_id, sequence, event_time, type, state, stage, message, duration_s FROM build_events"
    " WHERE build_id = ? AND sequence > ? ORDER BY sequence LIMIT ?"
)


def builds(
    connection: sqlite3.Connection, *, tenant: str, limit: int, before: str, state: BuildState | None
) -> list[Build]:
    """The tenant's builds, newest first, older than `before`."""
    query = _BUILDS if state is None else _BUILDS_OF_STATE
    values = {"tenant": tenant, "before": before or _LAST_ID, "state": state and state.value, "limit": limit}
    return [rows.build(row) for row in connection.execute(query, values)]


def events(connection: sqlite3.Connection, build_id: str, *, after: int, limit: int) -> list[BuildEvent]:
    """Events of a build after a number."""
    return [rows.event(row) for row in connection.execute(_EVENTS, (build_id, after, limit))]
