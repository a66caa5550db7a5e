"""`Deletions` in PostgreSQL, as the role that owns the tables."""

from collections.abc import Sequence
from datetime import UTC, datetime

from pcf_generator.adapters import json_text
from pcf_generator.adapters.cleared_entry import cleared_entry
from pcf_generator.adapters.postgres.database import Connection, Database
from pcf_generator.clearing import LINGERS, Cleared, Scope, Waiting
from pcf_generator.domain.tenant import DEFAULT
from pcf_generator.domain.trail import TrailEntry
from pcf_generator.ports.outside import NewId

__all__ = ["PostgresDeletions"]

_TELL = (
    "INSERT INTO outbox (event_id, build_id, event_time, actor, request_id, tenant, entry)"
    " VALUES ($1, '', clock_timestamp(), $2, '', $3, $4)"
)
_LOOSE = (
    "WITH parted AS (DELETE FROM artifact_builds WHERE build_id = ANY($1::text[]) RETURNING sha256)"
    " INSERT INTO loose_artifacts SELECT DISTINCT sha256 FROM parted ON CONFLICT DO NOTHING"
)
_OWN_RESULTS = (
    "DELETE FROM shared_results WHERE input_hash IN"
    " (SELECT input_hash FROM checkpoints WHERE build_id = ANY($1::text[]))"
)


class PostgresDeletions:
    """Implements `Deletions`."""

    def __init__(self, database: Database, *, actor: str, new_id: NewId) -> None:
        self._database = database
        self._actor = actor
        self._new_id = new_id

    async def count(self, scope: Scope) -> Cleared:
        async def statements(connection: Connection) -> Cleared:
            counts = {}
            for table in ("builds", "results", "undeliverable"):
                where, values = _where(table, scope)
                name = _TABLES.get(table, table)
                counts[table] = int(await connection.fetchval(f"SELECT count(*) FROM {name} WHERE {where}", *values))
            return Cleared(**counts)

        return await self._database.run(statements)

    async def clear(self, scope: Scope, *, limit: int) -> Cleared:
        async def statements(connection: Connection) -> Cleared:
            cleared = await _builds(connection, scope, limit) or await _rest(connection, scope, limit)
            if cleared:
                entry = json_text.dump(TrailEntry, cleared_entry(scope, cleared))
                await connection.execute(_TELL, self._new_id(), self._actor, DEFAULT, entry)
            return cleared

        return await self._database.write(statements)

    async def loose(self) -> Sequence[str]:
        found = await self._database.run(lambda connection: connection.fetch("SELECT sha256 FROM loose_artifacts"))
        return [row["sha256"] for row in found]

    async def used(self, sha256: str) -> bool:
        query = "SELECT EXISTS (SELECT FROM artifact_builds WHERE sha256 = $1)"
        return bool(await self._database.run(lambda connection: connection.fetchval(query, sha256)))

    async def settled(self, sha256: str) -> None:
        query = "DELETE FROM loose_artifacts WHERE sha256 = $1"
        await self._database.run(lambda connection: connection.execute(query, sha256))

    async def running(self) -> frozenset[Waiting]:
        query = (
            "SELECT id, lease_owner FROM builds"
            " WHERE state = 'running' AND lease_until > clock_timestamp() - $1::interval"
        )
        found = await self._database.run(lambda connection: connection.fetch(query, LINGERS))
        return frozenset(Waiting(row["id"], row["lease_owner"]) for row in found)


async def _builds(connection: Connection, scope: Scope, limit: int) -> Cleared:
    """Rows of builds are held first, as by everybody who changes one: nothing is added to them any more."""
    where, values = _where("builds", scope)
    busy = "" if scope.erases else " SKIP LOCKED"
    query = f"SELECT id FROM builds WHERE {where} ORDER BY id LIMIT {limit:d} FOR UPDATE{busy}"
    ids = [row["id"] for row in await connection.fetch(query, *values)]
    if not ids:
        return Cleared()
    await connection.execute(_LOOSE, ids)
    # Whose results are that were made before they said so, the builds that left them tell.
    counts = {"results": _count(await connection.execute(_OWN_RESULTS, ids)) if scope.erases else 0}
    for name, table in (("events", "build_events"), ("checkpoints", "checkpoints"), ("requests", "requests")):
        counts[name] = _count(await connection.execute(f"DELETE FROM {table} WHERE build_id = ANY($1::text[])", ids))
    await connection.execute("DELETE FROM builds WHERE id = ANY($1::text[])", ids)
    return Cleared(builds=len(ids), **counts)


async def _rest(connection: Connection, scope: Scope, limit: int) -> Cleared:
    counts = {}
    for name, key in (("results", "input_hash"), ("undeliverable", "event_id")):
        where, values = _where(name, scope)
        table = _TABLES.get(name, name)
        query = f"DELETE FROM {table} WHERE {key} IN (SELECT {key} FROM {table} WHERE {where} LIMIT {limit:d})"
        counts[name] = _count(await connection.execute(query, *values))
    if scope.erases:
        await connection.execute("DELETE FROM queue_turns WHERE tenant = $1", scope.tenant)
    return Cleared(**counts)


_TABLES = {"results": "shared_results"}
_TIMES = {"builds": "update_time", "results": "create_time", "undeliverable": "set_aside_time"}


def _where(name: str, scope: Scope) -> tuple[str, list[str | datetime]]:
    terms: list[str] = []
    values: list[str | datetime] = []
    if scope.tenant is not None:
        values.append(scope.tenant)
        terms.append("tenant = $1")
    if scope.before is not None:
        values.append(scope.before.astimezone(UTC))
        terms.append(f"{_TIMES[name]} < ${len(values)}")
        terms += ["state NOT IN ('queued', 'running')"] if name == "builds" else []
    return " AND ".join(terms) or "false", values


def _count(status: str) -> int:
    return int(status.rpartition(" ")[2])
