"""`Deletions` in a SQLite file."""

import sqlite3
from collections.abc import Sequence

from pcf_generator.adapters import json_text
from pcf_generator.adapters.cleared_entry import cleared_entry
from pcf_generator.adapters.sqlite import rows
from pcf_generator.adapters.sqlite.database import Database
from pcf_generator.clearing import LINGERS, Cleared, Scope, Waiting
from pcf_generator.domain.tenant import DEFAULT
from pcf_generator.domain.trail import TrailEntry
from pcf_generator.ports.outside import Clock, NewId

__all__ = ["SqliteDeletions"]

_TELL = (
    "INSERT INTO outbox (event_id, build_id, event_time, actor, request_id, tenant, entry)"
    " VALUES (?, '', ?, ?, '', ?, ?)"
)
_OWN_RESULTS = "DELETE FROM shared_results WHERE input_hash IN (SELECT input_hash FROM checkpoints WHERE build_id = ?)"


class SqliteDeletions:
    """Implements `Deletions`."""

    def __init__(self, database: Database, *, actor: str, clock: Clock, new_id: NewId) -> None:
        self._database = database
        self._actor = actor
        self._clock = clock
        self._new_id = new_id

    async def count(self, scope: Scope) -> Cleared:
        def statements(connection: sqlite3.Connection) -> Cleared:
            counts = {}
            for table in ("builds", "results", "undeliverable"):
                where, values = _where(table, scope)
                query = f"SELECT count(*) FROM {_TABLES.get(table, table)} WHERE {where}"
                counts[table] = int(connection.execute(query, values).fetchone()[0])
            return Cleared(**counts)

        return await self._database.read(statements)

    async def clear(self, scope: Scope, *, limit: int) -> Cleared:
        def statements(connection: sqlite3.Connection) -> Cleared:
            cleared = _builds(connection, scope, limit) or _rest(connection, scope, limit)
            if cleared:
                entry = json_text.dump(TrailEntry, cleared_entry(scope, cleared))
                now = rows.time_text(self._clock())
                connection.execute(_TELL, (self._new_id(), now, self._actor, DEFAULT, entry))
            return cleared

        return await self._database.write(statements)

    async def loose(self) -> Sequence[str]:
        def statements(connection: sqlite3.Connection) -> list[str]:
            return [row["sha256"] for row in connection.execute("SELECT sha256 FROM loose_artifacts")]

        return await self._database.read(statements)

    async def used(self, sha256: str) -> bool:
        query = "SELECT EXISTS (SELECT 1 FROM artifact_builds WHERE sha256 = ?)"
        return await self._database.read(lambda connection: bool(connection.execute(query, (sha256,)).fetchone()[0]))

    async def settled(self, sha256: str) -> None:
        query = "DELETE FROM loose_artifacts WHERE sha256 = ?"
        await self._database.write(lambda connection: connection.execute(query, (sha256,)).rowcount)

    async def running(self) -> frozenset[Waiting]:
        query = "SELECT id, lease_owner FROM builds WHERE state = 'running' AND lease_until > ?"

        def statements(connection: sqlite3.Connection) -> frozenset[Waiting]:
            found = connection.execute(query, (rows.time_text(self._clock() - LINGERS),))
            return frozenset(Waiting(row["id"], row["lease_owner"]) for row in found)

        return await self._database.read(statements)


def _builds(connection: sqlite3.Connection, scope: Scope, limit: int) -> Cleared:
    where, values = _where("builds", scope)
    query = f"SELECT id FROM builds WHERE {where} ORDER BY id LIMIT {limit:d}"
    ids = [(row["id"],) for row in connection.execute(query, values).fetchall()]
    loose = "INSERT OR IGNORE INTO loose_artifacts SELECT DISTINCT sha256 FROM artifact_builds WHERE build_id = ?"
    connection.executemany(loose, ids)
    # Whose results are that were made before they said so, the builds that left them tell.
    counts = {"results": connection.executemany(_OWN_RESULTS, ids).rowcount if ids and scope.erases else 0}
    for name, table in (
        ("files", "artifact_builds"),
        ("events", "build_events"),
        ("checkpoints", "checkpoints"),
        ("requests", "requests"),
    ):
        counts[name] = connection.executemany(f"DELETE FROM {table} WHERE build_id = ?", ids).rowcount if ids else 0
    connection.executemany("DELETE FROM builds WHERE id = ?", ids)
    del counts["files"]
    return Cleared(builds=len(ids), **counts)


def _rest(connection: sqlite3.Connection, scope: Scope, limit: int) -> Cleared:
    counts = {}
    for name, key in (("results", "input_hash"), ("undeliverable", "event_id")):
        where, values = _where(name, scope)
        table = _TABLES.get(name, name)
        query = f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {where} LIMIT {limit:d})"
        counts[name] = connection.execute(query, values).rowcount
    if scope.erases:
        connection.execute("DELETE FROM queue_turns WHERE tenant = ?", (scope.tenant,))
    return Cleared(**counts)


_TABLES = {"results": "shared_results"}
_TIMES = {"builds": "update_time", "results": "create_time", "undeliverable": "set_aside_time"}


def _where(name: str, scope: Scope) -> tuple[str, list[str]]:
    terms, values = [], []
    if scope.tenant is not None:
        terms.append("tenant = ?")
        values.append(scope.tenant)
    if scope.before is not None:
        terms.append(f"{_TIMES[name]} < ?")
        values.append(rows.time_text(scope.before))
        terms += ["state NOT IN ('queued', 'running')"] if name == "builds" else []
    return " AND ".join(terms) or "0", values
