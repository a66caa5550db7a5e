"""Somebody who can do to the database what its triggers refuse."""

import re
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

import asyncpg

TABLES = ("entries", "subtrees", "heads", "keys")
Value = str | int | bytes
Row = dict[str, Value]


class Intruder(Protocol):
    """Speaks of the tables by their plain names; parameters are ?."""

    async def do(self, sql: str, *values: Value) -> None: ...

    async def rows(self, sql: str) -> list[Row]: ...


class ImpossibleError(Exception):
    """The database could not hold that."""


@asynccontextmanager
async def in_sqlite(database: Path) -> AsyncIterator[Intruder]:
    """On a connection of its own, with the triggers dropped."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.row_factory = sqlite3.Row
    for [name] in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    try:
        yield _Sqlite(connection)
    finally:
        connection.close()


@asynccontextmanager
async def in_postgres(url: str) -> AsyncIterator[Intruder]:
    """As a superuser to whom triggers do not apply."""
    connection = await asyncpg.connect(url)
    await connection.execute("SET session_replication_role = replica")
    try:
        yield _Postgres(connection)
    finally:
        await connection.close()


class _Sqlite:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    async def do(self, sql: str, *values: Value) -> None:
        try:
            self._connection.execute(sql, values)
        except (sqlite3.IntegrityError, sqlite3.OperationalError) as error:
            raise ImpossibleError(str(error)) from error

    async def rows(self, sql: str) -> list[Row]:
        return [dict(row) for row in self._connection.execute(sql).fetchall()]


class _Postgres:
    def __init__(self, connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        self._connection = connection

    async def do(self, sql: str, *values: Value) -> None:
        try:
            await self._connection.execute(_translated(sql), *values)
        except (asyncpg.PostgresError, asyncpg.DataError) as error:
            raise ImpossibleError(str(error)) from error

    async def rows(self, sql: str) -> list[Row]:
        return [dict(row) for row in await self._connection.fetch(_translated(sql))]


def _translated(sql: str) -> str:
    parts: Sequence[str] = re.sub(rf"\b({'|'.join(TABLES)})\b", r"audit_\1", sql).split("?")
    return parts[0] + "".join(f"${number}{part}" for number, part in enumerate(parts[1:], start=1))
