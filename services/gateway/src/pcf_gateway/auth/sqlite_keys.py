"""Keys in a SQLite file, for one gateway on a developer's machine."""

import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import aiosqlite

from pcf_gateway.auth.key_event import KeyEvent
from pcf_gateway.auth.key_store import MadeBefore, StoredKey
from pcf_gateway.auth.sqlite_file import SqliteFile, open_file
from pcf_gateway.auth.sqlite_trail import SqliteTrail, tell

__all__ = ["SqliteKeys", "open_sqlite"]

_COLUMNS: Final = (
    "key_id, tenant, name, scopes, digest, create_time, created_by, expire_time, revoke_time, last_use_time"
)
_INSERT: Final = f"INSERT INTO keys ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


@asynccontextmanager
async def open_sqlite(database: Path) -> AsyncIterator["SqliteKeys"]:
    """The file is made, with its folder, if it is not there. CannotStartError."""
    async with open_file(database) as file:
        yield SqliteKeys(file)


class SqliteKeys:
    """KeyStore on a file; times are ISO 8601 in UTC, which sorts as they do."""

    def __init__(self, file: SqliteFile) -> None:
        self._file = file
        self._trail = SqliteTrail(file)

    @property
    def trail(self) -> SqliteTrail:
        return self._trail

    async def check(self) -> None:
        await self._file.rows("SELECT 1 FROM keys LIMIT 1")

    async def add(self, key: StoredKey, event: KeyEvent, *, request_id: str | None = None) -> None:
        async with self._changing() as connection:
            await _claim(connection, request_id, key)
            await connection.execute(_INSERT, _values(key))
            await tell(connection, event)

    async def made_with(self, request_id: str) -> str | None:
        rows = await self._file.rows("SELECT key_id FROM key_requests WHERE request_id = ?", request_id)
        return rows[0]["key_id"] if rows else None

    async def find(self, key_id: str) -> StoredKey | None:
        rows = await self._file.rows(f"SELECT {_COLUMNS} FROM keys WHERE key_id = ?", key_id)
        return _key(rows[0]) if rows else None

    async def list_keys(self, tenant: str, *, before: str, limit: int) -> Sequence[StoredKey]:
        where = "tenant = ?1 AND (?2 = '' OR key_id < ?2)"
        query = f"SELECT {_COLUMNS} FROM keys WHERE {where} ORDER BY key_id DESC LIMIT ?3"
        return [_key(row) for row in await self._file.rows(query, tenant, before, limit)]

    async def revoke(self, tenant: str, key_id: str, event: KeyEvent, *, at: datetime) -> StoredKey | None:
        change = "UPDATE keys SET revoke_time = ? WHERE tenant = ? AND key_id = ? AND revoke_time IS NULL"
        async with self._changing() as connection:
            if (await connection.execute(change, (at.isoformat(), tenant, key_id))).rowcount:
                await tell(connection, event)
        found = await self.find(key_id)
        return found if found is not None and found.tenant == tenant else None

    async def replace(
        self, new: StoredKey, event: KeyEvent, *, old_id: str, old_ends: datetime, request_id: str | None = None
    ) -> None:
        change = "UPDATE keys SET expire_time = min(coalesce(expire_time, ?1), ?1) WHERE tenant = ?2 AND key_id = ?3"
        async with self._changing() as connection:
            await _claim(connection, request_id, new)
            await connection.execute(change, (old_ends.isoformat(), new.tenant, old_id))
            await connection.execute(_INSERT, _values(new))
            await tell(connection, event)

    async def used(self, key_id: str, *, at: datetime) -> None:
        await self._file.rows("UPDATE keys SET last_use_time = ? WHERE key_id = ?", at.isoformat(), key_id)

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[aiosqlite.Connection]:
        async with self._file.changing() as connection:
            yield connection
        self._trail.changed.set()


async def _claim(connection: aiosqlite.Connection, request_id: str | None, key: StoredKey) -> None:
    """MadeBefore."""
    if request_id is None:
        return
    found = await connection.execute_fetchall("SELECT key_id FROM key_requests WHERE request_id = ?", (request_id,))
    for row in found:
        raise MadeBefore(row["key_id"])
    await connection.execute("INSERT INTO key_requests (request_id, key_id) VALUES (?, ?)", (request_id, key.key_id))


def _values(key: StoredKey) -> tuple[object, ...]:
    times = (key.expire_time, key.revoke_time, key.last_use_time)
    return (
        key.key_id,
        key.tenant,
        key.name,
        " ".join(key.scopes),
        key.digest,
        key.create_time.isoformat(),
        key.created_by,
        *(None if time is None else time.isoformat() for time in times),
    )


def _key(row: sqlite3.Row) -> StoredKey:
    values: dict[str, Any] = {name: row[name] for name in row.keys()}  # noqa: SIM118 - iterating a row gives values
    for name in ("create_time", "expire_time", "revoke_time", "last_use_time"):
        if values[name] is not None:
            values[name] = datetime.fromisoformat(values[name])
    return StoredKey(**{**values, "scopes": tuple(values["scopes"].split())})
