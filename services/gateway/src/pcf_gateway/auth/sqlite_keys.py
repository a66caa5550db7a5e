"""Keys in a SQLite file, for one gateway on a developer's machine."""

import sqlite3
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import aiosqlite
from pcf_runtime.starting import CannotStartError

from pcf_gateway.auth.key_store import StoreAway, StoredKey

__all__ = ["SqliteKeys", "open_sqlite"]

_COLUMNS: Final = (
    "key_id, tenant, name, scopes, digest, create_time, created_by, expire_time, revoke_time, last_use_time"
)
_INSERT: Final = f"INSERT INTO keys ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_SCHEMA: Final = """CREATE TABLE IF NOT EXISTS keys (
  key_id TEXT PRIMARY KEY, tenant TEXT NOT NULL, name TEXT NOT NULL, scopes TEXT NOT NULL, digest BLOB NOT NULL,
  create_time TEXT NOT NULL, created_by TEXT NOT NULL, expire_time TEXT, revoke_time TEXT, last_use_time TEXT
) STRICT"""
_LOCK_WAIT_S: Final = 5.0


@asynccontextmanager
async def open_sqlite(database: Path) -> AsyncIterator["SqliteKeys"]:
    """The file is made, with its folder, if it is not there. CannotStartError."""
    try:
        database.parent.mkdir(parents=True, exist_ok=True)
        # Fails here if it cannot be opened: the driver's thread would answer a loop that may be gone.
        sqlite3.connect(database).close()
    except (OSError, sqlite3.Error) as error:
        raise CannotStartError(f"The keys in {database} cannot be opened: {error}.") from error
    async with aiosqlite.connect(database, timeout=_LOCK_WAIT_S, isolation_level=None) as connection:
        connection.row_factory = sqlite3.Row
        await connection.execute("PRAGMA journal_mode = wal")
        await connection.execute(_SCHEMA)
        yield SqliteKeys(connection)


class SqliteKeys:
    """KeyStore on a connection; times are ISO 8601 in UTC, which sorts as they do."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def check(self) -> None:
        await self._all("SELECT 1 FROM keys LIMIT 1")

    async def add(self, key: StoredKey) -> None:
        await self._all(_INSERT, *_values(key))

    async def find(self, key_id: str) -> StoredKey | None:
        rows = await self._all(f"SELECT {_COLUMNS} FROM keys WHERE key_id = ?", key_id)
        return _key(rows[0]) if rows else None

    async def list_keys(self, tenant: str, *, before: str, limit: int) -> Sequence[StoredKey]:
        where = "tenant = ?1 AND (?2 = '' OR key_id < ?2)"
        query = f"SELECT {_COLUMNS} FROM keys WHERE {where} ORDER BY key_id DESC LIMIT ?3"
        return [_key(row) for row in await self._all(query, tenant, before, limit)]

    async def revoke(self, tenant: str, key_id: str, *, at: datetime) -> StoredKey | None:
        query = (
            "UPDATE keys SET revoke_time = coalesce(revoke_time, ?) "
            f"WHERE tenant = ? AND key_id = ? RETURNING {_COLUMNS}"
        )
        rows = await self._all(query, at.isoformat(), tenant, key_id)
        return _key(rows[0]) if rows else None

    async def replace(self, new: StoredKey, *, old_id: str, old_ends: datetime) -> None:
        # One after the other and not in a transaction, which would take in what other requests do meanwhile on this
        # connection: if the second fails, both work, and the rotation can be repeated.
        await self.add(new)
        query = "UPDATE keys SET expire_time = min(coalesce(expire_time, ?1), ?1) WHERE tenant = ? AND key_id = ?"
        await self._all(query, old_ends.isoformat(), new.tenant, old_id)

    async def used(self, key_id: str, *, at: datetime) -> None:
        await self._all("UPDATE keys SET last_use_time = ? WHERE key_id = ?", at.isoformat(), key_id)

    async def _all(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with _faults():
            return list(await self._connection.execute_fetchall(sql, values))


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StoreAway from error


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
