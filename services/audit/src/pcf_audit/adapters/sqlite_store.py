"""The log in an SQLite file: one writing connection, one reading one, WAL, every commit synced to disk."""

import asyncio
import json
import logging
import sqlite3
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from itertools import chain
from pathlib import Path

import aiosqlite
from pcf_runtime.merkle import Node

from pcf_audit.adapters.sqlite_connection import connect, faults, make_file, rows
from pcf_audit.adapters.sqlite_schema import DatabaseUnusableError, migrate, shipped
from pcf_audit.adapters.stored_head import HEAD, head_of, values_of
from pcf_audit.domain.selection import LAST, Selection
from pcf_audit.domain.tenant_key import WrappedKey
from pcf_audit.domain.tree import EMPTY, Batch, Filed, Head, Leaf, Row
from pcf_audit.ports import Census, Clock

__all__ = ["SqliteEventStore", "open_sqlite"]

_log = logging.getLogger(__name__)

# As bytes, because a content that somebody changed need not be text any more.
_LEAF = "SELECT idx, CAST(content AS BLOB), leaf_hash FROM entries"
_ROW = "SELECT idx, CAST(content AS BLOB), leaf_hash, event_id, tenant, build, actor, type FROM entries"
_KEY = "SELECT tenant, key_id, wrapped FROM keys"
_CENSUS = """SELECT
  (SELECT coalesce(max(size), 0) FROM heads), (SELECT count(*) FROM heads), (SELECT count(*) FROM subtrees),
  (SELECT min(idx) FROM entries), (SELECT max(idx) FROM entries)"""


@asynccontextmanager
async def open_sqlite(database: Path, *, clock: Clock, lock_wait_s: float = 5.0) -> AsyncIterator["SqliteEventStore"]:
    """Opens the file, makes it if need be, and brings it to this version's schema.

    A write waits `lock_wait_s` for a process that holds the file before the store is unavailable.
    """
    async with AsyncExitStack() as opened:
        try:
            await asyncio.to_thread(make_file, database)
            writer = await opened.enter_async_context(connect(database, lock_wait_s))
            reader = await opened.enter_async_context(connect(database, lock_wait_s))
            await reader.execute_fetchall("PRAGMA query_only = ON")
            applied = await migrate(writer, migrations=shipped(), now=clock.now())
        except sqlite3.Error as error:  # does not say which file
            raise DatabaseUnusableError(f"{database} cannot be used: {error}") from error
        _log.info("opened the log's store", extra={"pcf.database": str(database), "pcf.migrations": applied})
        yield SqliteEventStore(writer=writer, reader=reader)


class SqliteEventStore:
    """An EventStore and KeyStore. Other processes may open the same file: SQLite lets one write at a time."""

    def __init__(self, *, writer: aiosqlite.Connection, reader: aiosqlite.Connection) -> None:
        self._writer = writer
        self._reader = reader
        self._turn = asyncio.Lock()

    @asynccontextmanager
    async def writing(self) -> AsyncIterator["SqliteTransaction"]:
        async with self._turn:
            try:
                await rows(self._writer, "BEGIN IMMEDIATE")
                yield SqliteTransaction(self._writer)
                await rows(self._writer, "COMMIT")
            except BaseException:
                await self._writer.rollback()  # of nothing, if it did not come as far as beginning
                raise

    async def check(self) -> None:
        await self.head()

    async def head(self) -> Head:
        return await _newest(self._reader)

    async def head_at(self, size: int) -> Head | None:
        found = await rows(self._reader, f"{HEAD} FROM heads WHERE size = ?", size)
        return head_of(*found[0]) if found else None

    async def heads(self, *, after: int, limit: int) -> Sequence[Head]:
        sql = f"{HEAD} FROM heads WHERE size > ? ORDER BY size LIMIT ?"
        return [head_of(*row) for row in await rows(self._reader, sql, after, limit)]

    async def find(self, event_id: str) -> Leaf | None:
        found = await rows(self._reader, f"{_LEAF} WHERE event_id = ?", event_id)
        return Leaf(*found[0]) if found else None

    async def read(self, selection: Selection, *, newest_first: bool, limit: int) -> Sequence[Leaf]:
        # One look for each name: with two at once SQLite would sort all that fit.
        found = [
            await self._read(selection, actor, newest_first=newest_first, limit=limit)
            for actor in selection.actors or ("",)
        ]
        return sorted(chain(*found), key=lambda leaf: leaf.index, reverse=newest_first)[:limit]

    async def _read(self, selection: Selection, actor: str, *, newest_first: bool, limit: int) -> list[Leaf]:
        sql, values = _query(replace(selection, actors=(actor,) if actor else ()), newest_first=newest_first)
        return [Leaf(*row) for row in await rows(self._reader, sql, *values, limit)]

    async def rows(self, *, first: int, end: int) -> Sequence[Row]:
        found = await rows(self._reader, f"{_ROW} NOT INDEXED WHERE idx >= ? AND idx < ? ORDER BY idx", first, end)
        return [Row(Leaf(*row[:3]), Filed(*row[3:])) for row in found]

    async def hashes(self, nodes: Collection[Node]) -> Mapping[Node, bytes]:
        leaves = json.dumps([position for level, position in nodes if level == 0])
        subtrees = json.dumps([node for node in nodes if node[0]])
        found = await rows(
            self._reader,
            "SELECT 0, idx, leaf_hash FROM entries WHERE idx IN (SELECT value FROM json_each(?)) UNION ALL "
            "SELECT level, position, hash FROM subtrees WHERE (level, position) IN "
            "(SELECT value ->> 0, value ->> 1 FROM json_each(?))",
            leaves,
            subtrees,
        )
        return {(row[0], row[1]): row[2] for row in found}

    async def index_at(self, time_ns: int) -> int:
        sql = "SELECT first FROM heads WHERE record_time >= ? ORDER BY record_time, size LIMIT 1"
        found = await rows(self._reader, sql, time_ns)
        return int(found[0][0]) if found else LAST

    async def first_index(self) -> int:
        return 0  # retiring is by partitions, which this store has not

    async def census(self) -> Census:
        [row] = await rows(self._reader, _CENSUS)
        return Census(*row)

    async def key_of(self, tenant: str) -> WrappedKey | None:
        found = await rows(self._reader, f"{_KEY} WHERE tenant = ?", tenant)
        return WrappedKey(*found[0]) if found else None

    async def key(self, key_id: str) -> WrappedKey | None:
        found = await rows(self._reader, f"{_KEY} WHERE key_id = ?", key_id)
        return WrappedKey(*found[0]) if found else None

    async def keep(self, key: WrappedKey) -> None:
        sql = "INSERT INTO keys (tenant, key_id, wrapped) VALUES (?, ?, ?) ON CONFLICT (tenant) DO NOTHING"
        async with self._turn:
            await rows(self._writer, sql, key.tenant, key.key_id, key.wrapped)

    async def keys(self, *, after: str, limit: int) -> Sequence[WrappedKey]:
        found = await rows(self._reader, f"{_KEY} WHERE tenant > ? ORDER BY tenant LIMIT ?", after, limit)
        return [WrappedKey(*row) for row in found]

    async def erase(self, tenant: str) -> int:
        """Deletes the tenant's key; gives how many there were."""
        async with self._turn:
            return len(await rows(self._writer, "DELETE FROM keys WHERE tenant = ? RETURNING key_id", tenant))


class SqliteTransaction:
    """What `writing` gives; `connection` is for what takes over an older form."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self.connection = connection

    async def head(self) -> Head:
        return await _newest(self.connection)

    async def known(self, event_ids: Collection[str]) -> Sequence[Leaf]:
        # One value however many ids: SQLite limits the number of parameters.
        sql = f"{_LEAF} WHERE event_id IN (SELECT value FROM json_each(?))"
        return [Leaf(*row) for row in await rows(self.connection, sql, json.dumps(list(event_ids)))]

    async def add(self, batch: Batch) -> None:
        leaves = [(leaf.index, leaf.content.decode(), leaf.hash) for leaf in (row.leaf for row in batch.rows)]
        subtrees = [(*node, hashed) for node, hashed in batch.subtrees.items()]
        with faults():
            await self.connection.executemany("INSERT INTO entries (idx, content, leaf_hash) VALUES (?, ?, ?)", leaves)
            await self.connection.executemany("INSERT INTO subtrees (level, position, hash) VALUES (?, ?, ?)", subtrees)
        sql = "INSERT INTO heads (first, size, root, frontier, note, record_time) VALUES (?, ?, ?, ?, ?, ?)"
        await rows(self.connection, sql, *values_of(batch.head))


def _query(selection: Selection, *, newest_first: bool) -> tuple[str, tuple[str | int, ...]]:
    """Names the index to use: without statistics SQLite would have to guess, and with them it may change."""
    actor = "".join(selection.actors)  # at most one
    wanted = {"build": selection.build, "tenant": selection.tenant, "type": selection.type, "actor": actor}
    given = {column: value for column, value in wanted.items() if value}
    conditions = "".join(f" AND {column} = ?" for column in given)
    order = "DESC" if newest_first else "ASC"
    sql = f"{_LEAF} {_index(given)} WHERE idx >= ? AND idx < ?{conditions} ORDER BY idx {order} LIMIT ?"
    return sql, (selection.first, selection.end, *given.values())


def _index(given: Collection[str]) -> str:
    # A build has few events, so what else is asked for is cheap to check one by one.
    for columns in (("build",), ("actor", "type"), ("actor",), ("tenant", "type"), ("tenant",), ("type",)):
        if set(columns) <= set(given):
            return f"INDEXED BY entries_by_{'_and_'.join(columns)}"
    return "NOT INDEXED"


async def _newest(connection: aiosqlite.Connection) -> Head:
    found = await rows(connection, f"{HEAD} FROM heads ORDER BY size DESC LIMIT 1")
    return head_of(*found[0]) if found else EMPTY
