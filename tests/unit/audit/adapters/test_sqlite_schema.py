"""Numbered SQL files, applied once, in order, and never backwards."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

import aiosqlite
import pytest
from pcf_audit.adapters.sqlite_schema import DatabaseUnusableError, Migration, migrate, shipped

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ONE = Migration("0001_one.sql", "CREATE TABLE one (a TEXT); -- ; a comment\nINSERT INTO one VALUES (';');\n")
TWO = Migration("0002_two.sql", "ALTER TABLE one\n  ADD COLUMN b TEXT;\n")


@pytest.fixture
async def connection() -> AsyncIterator[aiosqlite.Connection]:
    async with aiosqlite.connect(":memory:", isolation_level=None) as opened:
        yield opened


async def rows(connection: aiosqlite.Connection, sql: str) -> list[tuple[object, ...]]:
    return [tuple(row) for row in await connection.execute_fetchall(sql)]


async def test_steps_are_applied_in_order_and_recorded(connection: aiosqlite.Connection):
    applied = await migrate(connection, migrations=[ONE, TWO], now=NOW)

    assert applied == ["0001_one.sql", "0002_two.sql"]
    assert await rows(connection, "SELECT a, b FROM one") == [(";", None)]
    assert [
        (1, "0001_one.sql", ONE.sha256, "2026-01-01T00:00:00+00:00"),
        (2, "0002_two.sql", TWO.sha256, "2026-01-01T00:00:00+00:00"),
    ] == await rows(connection, "SELECT * FROM migrations")


async def test_only_what_is_missing_is_applied(connection: aiosqlite.Connection):
    await migrate(connection, migrations=[ONE], now=NOW)

    assert await migrate(connection, migrations=[ONE, TWO], now=NOW) == ["0002_two.sql"]
    assert await migrate(connection, migrations=[ONE, TWO], now=NOW) == []


async def test_a_failing_step_takes_back_those_before(connection: aiosqlite.Connection):
    broken = replace(TWO, sql="CREATE TABLE two (a);\nSELECT nothing FROM nowhere;\n")
    with pytest.raises(sqlite3.OperationalError):
        await migrate(connection, migrations=[ONE, broken], now=NOW)

    assert await rows(connection, "SELECT name FROM sqlite_schema") == []


async def test_a_step_changed_after_it_was_applied_is_refused(connection: aiosqlite.Connection):
    await migrate(connection, migrations=[ONE], now=NOW)

    with pytest.raises(DatabaseUnusableError, match=r"0001_one\.sql was applied .* with another content"):
        await migrate(connection, migrations=[replace(ONE, sql="SELECT 1;\n"), TWO], now=NOW)


async def test_a_database_of_a_newer_version_is_refused(connection: aiosqlite.Connection):
    await migrate(connection, migrations=[ONE, TWO], now=NOW)

    with pytest.raises(DatabaseUnusableError, match=r"newer version .* 0002_two\.sql"):
        await migrate(connection, migrations=[ONE], now=NOW)


def test_shipped_steps_are_numbered_without_a_gap():
    assert [number + 1 for number in range(len(shipped()))] == [step.version for step in shipped()]


def test_shipped_steps_are_split_without_a_rest():
    for step in shipped():
        whole = "".join(step.statements())
        assert step.sql.strip() == whole.strip()


def test_a_step_without_a_last_semicolon_is_refused():
    with pytest.raises(DatabaseUnusableError, match=r"0003_x\.sql ends inside a statement"):
        list(Migration("0003_x.sql", "CREATE TABLE x (a)\n").statements())
