"""Brings an SQLite file to the schema of this version: numbered SQL files, in order, forward only.

What was applied is recorded with the hash of its text. A file that was changed after it was applied, or a
database that a newer version has been at, is refused: both mean that this code does not know what it opens.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import resources

import aiosqlite
from pcf_runtime.starting import CannotStartError

__all__ = ["DatabaseUnusableError", "Migration", "migrate", "shipped"]

_RECORDS = """CREATE TABLE IF NOT EXISTS migrations (
  version INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, applied_time TEXT NOT NULL) STRICT"""


class DatabaseUnusableError(CannotStartError):
    """The service cannot start on this database; the message names it and says why."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema, `0001_log.sql`."""

    name: str
    sql: str

    @property
    def version(self) -> int:
        return int(self.name.partition("_")[0])

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()

    def statements(self) -> Iterator[str]:
        """One at a time: executescript() would commit the transaction that all steps share."""
        statement = ""
        for line in self.sql.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                yield statement
                statement = ""
        if statement.strip():
            raise DatabaseUnusableError(f"{self.name} ends inside a statement")


def shipped() -> list[Migration]:
    """The steps that come with this version, in order."""
    folder = resources.files("pcf_audit") / "migrations" / "sqlite"
    files = (file for file in folder.iterdir() if file.name.endswith(".sql"))
    steps = (Migration(file.name, file.read_text(encoding="utf-8")) for file in files)
    return sorted(steps, key=lambda step: step.version)


async def migrate(connection: aiosqlite.Connection, *, migrations: Iterable[Migration], now: datetime) -> list[str]:
    """Applies what is missing, all of it or nothing, and gives the names of what it applied."""
    await connection.execute_fetchall("BEGIN IMMEDIATE")
    try:
        applied = await _apply(connection, list(migrations), now)
    except BaseException:
        await connection.rollback()
        raise
    await connection.commit()
    return applied


async def _apply(connection: aiosqlite.Connection, steps: list[Migration], now: datetime) -> list[str]:
    await connection.execute_fetchall(_RECORDS)
    rows = await connection.execute_fetchall("SELECT version, name, sha256 FROM migrations ORDER BY version")
    done = list(rows)
    if len(done) > len(steps):
        raise DatabaseUnusableError(f"a newer version has migrated this database: {done[len(steps)][1]}")
    for (version, name, sha256), step in zip(done, steps, strict=False):
        if (version, sha256) != (step.version, step.sha256):
            raise DatabaseUnusableError(f"{name} was applied to this database with another content")
    for step in steps[len(done) :]:
        for statement in step.statements():
            await connection.execute_fetchall(statement)
        record = (step.version, step.name, step.sha256, now.isoformat())
        await connection.execute_fetchall("INSERT INTO migrations VALUES (?, ?, ?, ?)", record)
    return [step.name for step in steps[len(done) :]]
