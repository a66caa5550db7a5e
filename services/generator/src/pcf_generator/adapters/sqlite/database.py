"""One SQLite file: one connection that writes, in a thread of its own, and one that reads.

A transaction is one function that runs in that thread: a single hop from the event loop instead of one for each
statement, and writers queue instead of meeting SQLITE_BUSY. (The standard library's sqlite3 is enough for that;
an asyncio wrapper would hop for every statement.) Reads wait for no writer, as the file has a write-ahead log, and
what they look up by its key is there sooner than any thread would be: they run where they are asked.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from pcf_runtime.tracing.operation import operation

from pcf_generator.adapters.sqlite.migrations import migrate, shipped
from pcf_generator.build_store import StoreUnavailable

T = TypeVar("T")
_READ_WAIT_S = 0.1
"""How long a read waits for a process that has the whole file: nobody does for longer than it takes to open it."""
Statement = Callable[[sqlite3.Connection], T]

# Locked, full, unreadable: trying again may help. Anything else is a fault of ours, or not our file.
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


class Database:
    """An open database with its migrations applied. Its methods raise StoreUnavailable."""

    def __init__(self, connection: sqlite3.Connection, reader: sqlite3.Connection, thread: ThreadPoolExecutor) -> None:
        self._connection = connection
        self._reader = reader
        self._thread = thread

    @classmethod
    async def open(cls, path: Path, *, lock_wait_s: float = 10.0) -> "Database":
        """Open the file, making it and its folder if they are missing, and migrate it; DatabaseTooNew.

        A write waits `lock_wait_s` for a process that holds the file before the store is unavailable.
        """
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="sqlite")
        try:
            opened = await asyncio.get_running_loop().run_in_executor(thread, _open, path, lock_wait_s)
        except BaseException:
            thread.shutdown(wait=False)
            raise
        return cls(*opened, thread)

    async def write(self, statements: Statement[T]) -> T:
        """Run the function in one transaction: all or nothing.

        A caller that is cancelled meanwhile does not stop a transaction that has begun: it may be committed.
        """
        with operation("sqlite", statements):
            return await asyncio.get_running_loop().run_in_executor(
                self._thread, _transaction, self._connection, statements
            )

    async def read(self, statements: Statement[T]) -> T:
        """Run a function that only reads, here and now: all that was committed is there."""
        # Whoever reads again and again leaves the others their turn all the same.
        await asyncio.sleep(0)
        with operation("sqlite", statements), _faults():
            return statements(self._reader)

    async def close(self) -> None:
        """Finish what was begun and close the file."""
        self._reader.close()
        await asyncio.get_running_loop().run_in_executor(self._thread, self._connection.close)
        self._thread.shutdown()


def _open(path: Path, lock_wait_s: float) -> tuple[sqlite3.Connection, sqlite3.Connection]:
    """Who writes and who reads."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=lock_wait_s)
    try:
        connection.row_factory = sqlite3.Row
        # WAL with NORMAL survives kill -9; only a power cut may take the last transactions, and the store of
        # production is Postgres.
        for pragma in ("journal_mode = WAL", "synchronous = NORMAL", "foreign_keys = ON"):
            connection.execute(f"PRAGMA {pragma}")
        _transaction(connection, lambda opened: migrate(opened, shipped()))
        reader = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=_READ_WAIT_S)
        reader.row_factory = sqlite3.Row
        reader.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return connection, reader


def _transaction(connection: sqlite3.Connection, statements: Statement[T]) -> T:
    with _faults():
        connection.execute("BEGIN IMMEDIATE")
        try:
            result = statements(connection)
            connection.execute("COMMIT")
        except BaseException:
            # A full disk may have rolled back already, and a failed COMMIT may have left it open.
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        return result


@contextmanager
def _faults() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        # The low byte is the kind of error; the rest says more about it.
        if error.sqlite_errorcode & 0xFF in _MAY_PASS:
            raise StoreUnavailable(error.sqlite_errorname) from error
        raise
