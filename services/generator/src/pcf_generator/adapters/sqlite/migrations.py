"""Brings a database to this version's schema: numbered SQL files, in order, forward only.

`user_version` counts the steps that were applied. A database that has seen more steps than there are was written
by a newer version: it is refused rather than guessed at.
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files


class DatabaseTooNew(Exception):  # noqa: N818 - reads as what it is
    """A newer version of the generator has migrated this database; start that version, or give another file."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema, `0001_builds.sql`."""

    number: int
    sql: str

    def statements(self) -> Iterator[str]:
        """One at a time: executescript() would commit the transaction that all steps share."""
        statement = ""
        for line in self.sql.splitlines(keepends=True):
            statement += line
            if sqlite3.complete_statement(statement):
                yield statement
                statement = ""


def shipped() -> list[Migration]:
    """The steps that come with this version, in order."""
    folder = files("pcf_generator") / "migrations" / "sqlite"
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    return [Migration(int(name.partition("_")[0]), (folder / name).read_text(encoding="utf-8")) for name in names]


def migrate(connection: sqlite3.Connection, migrations: list[Migration]) -> None:
    """Apply what is missing; DatabaseTooNew. Runs in the caller's transaction, so it is all or nothing."""
    applied = int(connection.execute("PRAGMA user_version").fetchone()[0])
    newest = migrations[-1].number
    if applied > newest:
        raise DatabaseTooNew(f"the database is at schema {applied}; this version knows schemas up to {newest}")
    for migration in migrations:
        if migration.number > applied:
            for statement in migration.statements():
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {migration.number}")
