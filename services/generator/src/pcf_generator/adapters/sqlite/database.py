"""One SQLite file, one connection, one thread.

A transaction is one function that runs in that thread: a single hop from the event loop instead of one for each
statement, and writers queue instead of meeting SQLITE_BUSY. (The standard library's sqlite3 is enough for that;
an asyncio wrapper would hop for every statement.)
"""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
Statement = Callable[[sqlite3.Connection], T]


class Database:
    """An open database with its migrations applied."""

    def __init__(self, connection: sqlite3.Connection, thread: ThreadPoolExecutor) -> None:
        self._connection = connection
        self._thread = thread

    @classmethod
    async def open(cls, path: Path) -> "Database":
        """Open the file, making it and its folder if they are missing, and migrate it."""
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
        connection = await asyncio.get_running_loop().run_in_executor(thread, _connect, path)
        return cls(connection, thread)

    async def write(self, statements: Statement[T]) -> T:
        """Run the function in one transaction: all or nothing."""
        return await asyncio.get_running_loop().run_in_executor(
            self._thread, _transaction, self._connection, statements
        )

    async def read(self, statements: Statement[T]) -> T:
        """Run a function that only reads."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, statements, self._connection)

    async def close(self) -> None:
        """Finish what was begun and close the file."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._connection.close)
        self._thread.shutdown()


def _connect(path: Path) -> sqlite3.Connection:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
    connection.row_factory = sqlite3.Row
    # WAL with NORMAL survives kill -9; only a power cut may take the last transactions, and the store of
    # production is Postgres.
    for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON", "busy_timeout = 10000"):
        connection.execute(f"PRAGMA {pragma}")
    _migrate(connection)
    return connection


def _transaction(connection: sqlite3.Connection, statements: Statement[T]) -> T:
    connection.execute("BEGIN IMMEDIATE")
    try:
        result = statements(connection)
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
    return result


def _migrate(connection: sqlite3.Connection) -> None:
    """Apply the numbered files that this database has not seen, in order; `user_version` counts them."""
    folder = files("pcf_generator") / "migrations"
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        number = int(entry.name.split("_")[0]) if entry.name.endswith(".sql") else 0
        if number > connection.execute("PRAGMA user_version").fetchone()[0]:
            connection.executescript(f"BEGIN IMMEDIATE;\n{entry.read_text()}\nPRAGMA user_version = {number};\nCOMMIT;")
