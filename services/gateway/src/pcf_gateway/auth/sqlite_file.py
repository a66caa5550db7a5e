"""The SQLite file of a gateway on a developer's machine: its tables, and one change at a time."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Final

import aiosqlite
from pcf_runtime.starting import CannotStartError

from pcf_gateway.auth.key_store import StoreAway

__all__ = ["SqliteFile", "open_file"]

_SCHEMA: Final = (
    """CREATE TABLE IF NOT EXISTS keys (
  key_id TEXT PRIMARY KEY, tenant TEXT NOT NULL, name TEXT NOT NULL, scopes TEXT NOT NULL, digest BLOB NOT NULL,
  create_time TEXT NOT NULL, created_by TEXT NOT NULL, expire_time TEXT, revoke_time TEXT, last_use_time TEXT
) STRICT""",
    """CREATE TABLE IF NOT EXISTS outbox (
  position INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL UNIQUE, tenant TEXT NOT NULL, event TEXT NOT NULL
) STRICT""",
    """CREATE TABLE IF NOT EXISTS undeliverable (
  event_id TEXT PRIMARY KEY, tenant TEXT NOT NULL, event TEXT NOT NULL, reason TEXT NOT NULL
) STRICT""",
    "CREATE TABLE IF NOT EXISTS key_requests (request_id TEXT PRIMARY KEY, key_id TEXT NOT NULL) STRICT",
)
_LOCK_WAIT_S: Final = 5.0


class SqliteFile:
    """One connection that requests share: none of them may come into the transaction of another."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection
        self._turn = asyncio.Lock()

    async def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """What one statement gives. StoreAway."""
        with _faults():
            async with self._turn:
                return list(await self._connection.execute_fetchall(sql, values))

    @asynccontextmanager
    async def changing(self) -> AsyncIterator[aiosqlite.Connection]:
        """A transaction: all that is done in the block, or nothing. StoreAway."""
        with _faults():
            async with self._turn:
                try:
                    await self._connection.execute("BEGIN IMMEDIATE")
                    yield self._connection
                    await self._connection.execute("COMMIT")
                except BaseException:
                    # It may have begun although the request that began it was given up.
                    with suppress(sqlite3.OperationalError):
                        await self._connection.execute("ROLLBACK")
                    raise


@asynccontextmanager
async def open_file(database: Path) -> AsyncIterator[SqliteFile]:
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
        for statement in _SCHEMA:
            await connection.execute(statement)
        yield SqliteFile(connection)


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise StoreAway from error
