"""Brings a database to the schema of this version: numbered SQL files, in order, forward only.

What was applied is recorded with the hash of its text; a file that was changed since is refused. Instances of two
versions run side by side during a rolling update, so each file says in its first line which versions can still
work with the schema it leaves:

    -- readable by: 3        code whose own newest file is 0003 or newer can run on this
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final, TypeAlias

import asyncpg

from pcf_runtime.postgres.faults import DatabaseUnusableError

__all__ = ["Migration", "SchemaTooNewError", "SchemaTooOldError", "apply", "check", "shipped"]

# Any constant; all services' schemas may share one database, and then take turns.
_LOCK: Final = 7_262_117
_READABLE: Final = re.compile(r"-- readable by: (\d+)\s")
_RECORDS: Final = """CREATE TABLE IF NOT EXISTS {table} (
  version integer PRIMARY KEY,
  name text NOT NULL,
  sha256 text NOT NULL,
  oldest_reader integer NOT NULL,
  applied_time timestamptz NOT NULL DEFAULT clock_timestamp()
)"""
# Text, because only its stubs make asyncpg generic.
Connection: TypeAlias = "asyncpg.Connection[Any] | asyncpg.pool.PoolConnectionProxy[Any]"


class SchemaTooOldError(DatabaseUnusableError):
    """The database has not been migrated to what this version needs."""


class SchemaTooNewError(DatabaseUnusableError):
    """The database has been migrated to what this version no longer understands."""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema, `0001_log.sql`, of one service."""

    service: str
    name: str
    sql: str

    @property
    def version(self) -> int:
        return int(self.name.partition("_")[0])

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def oldest_reader(self) -> int:
        found = _READABLE.match(self.sql)
        if not found:
            raise DatabaseUnusableError(f"{self.name} does not say in its first line by whom it is readable.")
        return int(found[1])


def shipped(package: str, folder: str = "migrations/postgres") -> list[Migration]:
    """The steps that come with a package, in order; `pcf_audit` names its service `audit`."""
    directory = resources.files(package).joinpath(folder)
    files = [file for file in directory.iterdir() if file.name.endswith(".sql")]
    service = package.removeprefix("pcf_")
    steps = [Migration(service, file.name, file.read_text(encoding="utf-8")) for file in files]
    return sorted(steps, key=lambda step: step.version)


async def apply(connection: Connection, migrations: Sequence[Migration]) -> list[str]:
    """Applies what is missing, each step whole or not at all, and gives the names of what it applied.

    Several may run this at once: one works, the others wait and find nothing left to do.
    """
    await connection.execute("SELECT pg_advisory_lock($1)", _LOCK)
    try:
        await connection.execute(_RECORDS.format(table=_table(migrations)))
        missing = _missing(migrations, await _applied(connection, migrations))
        for step in missing:
            async with connection.transaction():
                await connection.execute(step.sql)
                await connection.execute(
                    f"INSERT INTO {_table(migrations)} (version, name, sha256, oldest_reader) VALUES ($1, $2, $3, $4)",
                    step.version,
                    step.name,
                    step.sha256,
                    step.oldest_reader,
                )
    finally:
        # A lost connection has let go of it already.
        if not connection.is_closed():
            await connection.execute("SELECT pg_advisory_unlock($1)", _LOCK)
    return [step.name for step in missing]


async def check(connection: Connection, migrations: Sequence[Migration]) -> None:
    """Raises unless this version can work on the database as it is."""
    service = migrations[0].service
    known = await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", _table(migrations))
    missing = _missing(migrations, await _applied(connection, migrations) if known else [])
    if missing:
        raise SchemaTooOldError(
            f"The database lacks {missing[0].name}: run `pcf-{service} migrate` with the owner's URL first."
        )


async def _applied(connection: Connection, migrations: Sequence[Migration]) -> list[asyncpg.Record]:
    query = f"SELECT version, name, sha256, oldest_reader FROM {_table(migrations)} ORDER BY version"
    return list(await connection.fetch(query))


def _missing(migrations: Sequence[Migration], applied: Sequence[asyncpg.Record]) -> Sequence[Migration]:
    newest = migrations[-1].version
    for record, step in zip(applied, migrations, strict=False):
        if (record["version"], record["sha256"]) != (step.version, step.sha256):
            raise DatabaseUnusableError(f"{record['name']} was applied to this database with another content.")
    for record in applied[len(migrations) :]:
        if record["oldest_reader"] > newest:
            raise SchemaTooNewError(
                f"The database has {record['name']}, which this version cannot work with: "
                f"run pcf-{migrations[0].service} of a newer version."
            )
    return migrations[len(applied) :]


def _table(migrations: Sequence[Migration]) -> str:
    return f"{migrations[0].service}_migrations"
