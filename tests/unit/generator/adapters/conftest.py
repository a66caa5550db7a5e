"""Every store there is, and the SQLite one laid open."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from pcf_generator.adapters.sqlite.database import Database
from pcf_runtime.testing import FakeClock

from tests.servers.postgres import Postgres
from tests.unit.generator.doubles.purses import Counting, postgres_purses, sqlite_purses
from tests.unit.generator.doubles.scenes import rising_ids
from tests.unit.generator.doubles.stores import BuildsDatabase

Query = Callable[[str], list[tuple[object, ...]]]


@pytest.fixture
def scene(any_scene: Any) -> Any:
    """The same scene on every store."""
    return any_scene


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "builds.db"


@pytest.fixture
async def database(path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(path, lock_wait_s=0.01)
    yield opened
    await opened.close()


@pytest.fixture
def query(path: Path) -> Query:
    """Ask the file directly, as an operator would."""

    def ask(sql: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(path)) as connection:
            return connection.execute(sql).fetchall()

    return ask


@pytest.fixture
async def sqlite_counting(tmp_path: Path) -> AsyncIterator[Counting]:
    clock = FakeClock()
    async with AsyncExitStack() as stack:
        opener = sqlite_purses(tmp_path, clock, rising_ids(), stack)
        yield Counting(await opener(), clock, opener)


@pytest.fixture
async def postgres_counting(builds_database: BuildsDatabase, postgres: Postgres) -> AsyncIterator[Counting]:
    clock = builds_database.clock()
    builds_database.clear(postgres)
    async with AsyncExitStack() as stack:
        opener = postgres_purses(builds_database, rising_ids(), stack)
        yield Counting(await opener(), clock, opener)


@pytest.fixture(params=["sqlite", "postgres"])
def counting(request: pytest.FixtureRequest) -> Any:
    """The same purse on every store."""
    return request.getfixturevalue(f"{request.param}_counting")
