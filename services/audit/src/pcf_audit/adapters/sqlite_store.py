"""The log in an SQLite file: one writing connection, one reading one, WAL, every commit synced to disk."""

import asyncio
import json
import logging
import sqlite3
from collections.abc import AsyncIterator, Collection, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

import aiosqlite

from pcf_audit.adapters.sqlite_schema import DatabaseUnusableError, migrate, shipped
from pcf_audit.domain import instant
from pcf_audit.domain.chain import EMPTY, Head, Link
from pcf_audit.domain.selection import LAST, Selection
from pcf_audit.errors import LogDamaged, StoreUnavailable
from pcf_audit.ports import Clock

__all__ = ["SqliteEventStore", "open_sqlite"]

_log = logging.getLogger(__name__)

_HEAD = "SELECT event_count, entry_hash, record_time FROM head"
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
# As bytes, because a content that somebody changed need not be text any more.
_LINK = "SELECT idx, CAST(content AS BLOB), previous_hash, entry_hash FROM entries"


@asynccontextmanager
async def open_sqlite(database: Path, *, clock: Clock, lock_wait_s: float = 5.0) -> AsyncIterator["SqliteEventStore"]:
    """Opens the file, makes it if need be, and brings it to this version's schema.

    A write waits `lock_wait_s` for a process that holds the file before the store is unavailable.
    """
    async with AsyncExitStack() as opened:
        try:
            await asyncio.to_thread(_make, database)
            writer = await opened.enter_async_context(_connect(database, lock_wait_s))
            reader = await opened.enter_async_context(_connect(database, lock_wait_s))
            await reader.execute_fetchall("PRAGMA query_only = ON")
            applied = await migrate(writer, migrations=shipped(), now=clock.now())
        except sqlite3.Error as error:  # does not say which file
            raise DatabaseUnusableError(f"{database} cannot be used: {error}") from error
        _log.info("opened the log's store", extra={"pcf.database": str(database), "pcf.migrations": applied})
        yield SqliteEventStore(writer=writer, reader=reader)


class SqliteEventStore:
    """An EventStore. Other processes may open the same file: SQLite lets one write at a time."""

    def __init__(self, *, writer: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        self._writer = writer
        self._reader = reader
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator["_SqliteTransaction"]:
        async with self._turn:
            try:
                await _rows(self._writer, "BEGIN IMMEDIATE", ())
                yield _SqliteTransaction(self._writer)
                await _rows(self._writer, "COMMIT", ())
            except BaseException:
                await self._writer.rollback()  # of nothing, if it did not come as far as beginning
                raise

    async def head(self) -> Head:
        return await _head(self._reader)

    async def find(self, event_id: str) -> Link | None:
        links = await _links(self._reader, f"{_LINK} WHERE event_id = ?", (event_id,))
        return links[0] if links else None

    async def read(self, selection: Selection, *, newest_first: bool, limit: int) -> Sequence[Link]:
        sql, values = _query(selection, newest_first=newest_first)
        return await _links(self._reader, sql, (*values, limit))

    async def index_at(self, time_ns: int) -> int:
        sql = "SELECT idx FROM entries WHERE record_time >= ? ORDER BY record_time, idx LIMIT 1"
        rows = await _rows(self._reader, sql, (instant.to_text(time_ns),))
        return int(rows[0][0]) if rows else LAST


class _SqliteTransaction:
    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def head(self) -> Head:
        return await _head(self._connection)

    async def known(self, event_ids: Collection[str]) -> Sequence[Link]:
        # One value however many ids: SQLite limits the number of parameters.
        sql = f"{_LINK} WHERE event_id IN (SELECT value FROM json_each(?))"
        return await _links(self._connection, sql, (json.dumps(list(event_ids)),))

    async def add(self, links: Sequence[Link], head: Head) -> None:
        rows = [(link.index, link.content.decode(), link.previous_hash, link.entry_hash) for link in links]
        with _faults():
            await self._connection.executemany(
                "INSERT INTO entries (idx, content, previous_hash, entry_hash) VALUES (?, ?, ?, ?)", rows
            )
        sql = "UPDATE head SET event_count = ?, entry_hash = ?, record_time = ?"
        await _rows(self._connection, sql, (head.event_count, head.entry_hash, instant.to_text(head.record_time_ns)))


def _query(selection: Selection, *, newest_first: bool) -> tuple[str, tuple[str | int, ...]]:
    """Names the index to use: without statistics SQLite would have to guess, and with them it may change."""
    wanted = {"build": selection.build, "actor": selection.actor, "type": selection.type}
    given = {column: value for column, value in wanted.items() if value}
    conditions = "".join(f" AND {column} = ?" for column in given)
    order = "DESC" if newest_first else "ASC"
    sql = f"{_LINK} {_index(given)} WHERE idx >= ? AND idx < ?{conditions} ORDER BY idx {order} LIMIT ?"
    return sql, (selection.first, selection.end, *given.values())


def _index(given: Collection[str]) -> str:
    # A build has few events, so what else is asked for is cheap to check one by one.
    for columns in (("build",), ("actor", "type"), ("actor",), ("type",)):
        if set(columns) <= set(given):
            return f"INDEXED BY entries_by_{'_and_'.join(columns)}"
    return "NOT INDEXED"


async def _head(connection: aiosqlite.Connection) -> Head:
    rows = await _rows(connection, _HEAD, ())
    return Head(rows[0][0], rows[0][1], instant.from_text(rows[0][2])) if rows else EMPTY


async def _links(connection: aiosqlite.Connection, sql: str, values: Iterable[Any]) -> list[Link]:
    return [Link(*row) for row in await _rows(connection, sql, values)]


async def _rows(connection: aiosqlite.Connection, sql: str, values: Iterable[Any]) -> list[sqlite3.Row]:
    with _faults():
        return list(await connection.execute_fetchall(sql, values))


def _make(database: Path) -> None:
    """Fails here if the file cannot be opened: aiosqlite's thread would answer a loop that may be gone."""
    database.parent.mkdir(parents=True, exist_ok=True)
    sqlite3.connect(database).close()


@asynccontextmanager
async def _connect(database: Path, lock_wait_s: float) -> AsyncIterator[aiosqlite.Connection]:
    # isolation_level=None: transactions begin where this file says so, not where the driver guesses.
    async with aiosqlite.connect(database, timeout=lock_wait_s, isolation_level=None) as connection:
        # Bytes that are no text mean that somebody changed them; VerifyLog must read on to say where.
        connection.text_factory = lambda raw: str(raw, "utf-8", "replace")
        await _make_strict(connection, database)
        yield connection


async def _make_strict(connection: aiosqlite.Connection, database: Path) -> None:
    [mode] = await connection.execute_fetchall("PRAGMA journal_mode = WAL")
    if mode[0] != "wal":
        raise DatabaseUnusableError(f"{database} is on a file system without WAL: {mode[0]}")
    await connection.execute_fetchall("PRAGMA synchronous = FULL")
    # macOS: without this, synced still means the drive's cache. Elsewhere it does nothing.
    await connection.execute_fetchall("PRAGMA fullfsync = ON")
    # Without this, INSERT OR REPLACE deletes and asks no trigger. (One BEFORE INSERT would triple an insert.)
    await connection.execute_fetchall("PRAGMA recursive_triggers = ON")


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        _log.warning("the store failed", exc_info=error)
        # The low byte is the kind of error, the rest its variety: https://www.sqlite.org/rescode.html
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
        raise (StoreUnavailable() if code in _MAY_PASS else LogDamaged()) from error
