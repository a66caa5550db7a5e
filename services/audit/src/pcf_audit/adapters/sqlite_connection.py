"""Connections to the log's SQLite file, and what their errors mean."""

import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiosqlite

from pcf_audit.adapters.sqlite_schema import DatabaseUnusableError
from pcf_audit.errors import LogDamaged, StoreUnavailable

__all__ = ["Value", "connect", "faults", "make_file", "rows"]

_log = logging.getLogger(__name__)

Value = str | int | bytes

# Locked, full, unreadable: repeating may help. Anything else means that the file is not what we wrote.
_MAY_PASS = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_INTERRUPT,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PROTOCOL,
}


def make_file(database: Path) -> None:
    """Fails here if the file cannot be opened: aiosqlite's thread would answer a loop that may be gone."""
    database.parent.mkdir(parents=True, exist_ok=True)
    sqlite3.connect(database).close()


@asynccontextmanager
async def connect(database: Path, lock_wait_s: float) -> AsyncIterator[aiosqlite.Connection]:
    """A connection that loses nothing it has committed."""
    # isolation_level=None: transactions begin where this package says so, not where the driver guesses.
    async with aiosqlite.connect(database, timeout=lock_wait_s, isolation_level=None) as connection:
        # Bytes that are no text mean that somebody changed them; VerifyLog must read on to say where.
        connection.text_factory = lambda raw: str(raw, "utf-8", "replace")
        await _make_strict(connection, database)
        yield connection


async def rows(connection: aiosqlite.Connection, sql: str, *values: Value) -> list[sqlite3.Row]:
    """All rows of the answer. StoreUnavailable, LogDamaged."""
    with faults():
        return list(await connection.execute_fetchall(sql, values))


@contextmanager
def faults() -> Iterator[None]:
    """Tells a store that does not answer from one whose file is not what we wrote."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        _log.warning("the store failed", exc_info=error)
        # The low byte is the kind of error, the rest its variety: https://www.sqlite.org/rescode.html
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        raise (StoreUnavailable() if code in _MAY_PASS else LogDamaged()) from error


async def _make_strict(connection: aiosqlite.Connection, database: Path) -> None:
    [mode] = await connection.execute_fetchall("PRAGMA journal_mode = WAL")
    if mode[0] != "wal":
        raise DatabaseUnusableError(f"{database} is on a file system without WAL: {mode[0]}")
    await connection.execute_fetchall("PRAGMA synchronous = FULL")
    # macOS: without this, synced still means the drive's cache. Elsewhere it does nothing.
    await connection.execute_fetchall("PRAGMA fullfsync = ON")
    # Without this, INSERT OR REPLACE deletes and asks no trigger. (One BEFORE INSERT would triple an insert.)
    await connection.execute_fetchall("PRAGMA recursive_triggers = ON")
