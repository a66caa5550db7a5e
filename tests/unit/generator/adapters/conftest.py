"""Every store there is, and the SQLite one laid open."""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pcf_generator.adapters.sqlite.database import Database

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
