"""Lists, each read from an index in its order: a page takes the same time however many rows there are."""

from pcf_generator.adapters.postgres import rows
from pcf_generator.adapters.postgres.database import Connection
from pcf_generator.domain.build import Build, BuildEvent, BuildState

__all__ = ["builds", "events"]

_LAST_ID = "~"
"""Behind every ULID."""
# Compared and sorted as a whole, which only the index of all columns can do. `tenant = $3 ORDER BY id` would let the
# planner walk all builds by id where it takes a tenant or a state for common that is not.
_BUILDS = (
    f"SELECT {rows.BUILD_COLUMNS} FROM builds WHERE (tenant, id) < ($3, $1) AND (tenant, id) > ($3, '')"
    " ORDER BY tenant DESC, id DESC LIMIT $2"
)
_OF_STATE = "tenant || '/' || state"
_BUILDS_OF_STATE = (
    f"SELECT {rows.BUILD_COLUMNS} FROM builds WHERE ({_OF_STATE}, id) < ($3, $1) AND ({_OF_STATE}, id) > ($3, '')"
    f" ORDER BY {_OF_STATE} DESC, id DESC LIMIT $2"
)
_EVENTS = (
    "SELECT build_id, sequence, event_time, type, state, stage, message, duration_s FROM build_events"
    " WHERE build_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3"
)
_MOST_SEQUENCE = 2**31 - 1


async def builds(
    connection: Connection, *, tenant: str, limit: int, before: str, state: BuildState | None
) -> list[Build]:
    """The tenant's builds, newest first, older than `before`."""
    start = before or _LAST_ID
    if state is None:
        found = await connection.fetch(_BUILDS, start, limit, tenant)
    else:
        found = await connection.fetch(_BUILDS_OF_STATE, start, limit, f"{tenant}/{state.value}")
    return [rows.build(row) for row in found]


async def events(connection: Connection, build_id: str, *, after: int, limit: int) -> list[BuildEvent]:
    """Events of a build after a number."""
    found = await connection.fetch(_EVENTS, build_id, min(after, _MOST_SEQUENCE), limit)
    return [rows.event(row) for row in found]
