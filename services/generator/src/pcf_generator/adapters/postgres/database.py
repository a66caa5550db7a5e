"""Transactions on the shared database, and what can go wrong with it.

Nothing is read or written before the schema has been found fit for this version; `ping` looks again each time, for a
newer version may migrate the database while this one runs.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from typing import TypeAlias, TypeVar

import asyncpg
from pcf_runtime.postgres.faults import FAULTS, DatabaseUnusableError, may_pass, unusable
from pcf_runtime.postgres.migrations import Migration, check
from pcf_runtime.postgres.pool import Pool
from pcf_runtime.tracing.operation import operation

from pcf_generator.build_store import StoreUnavailable

__all__ = ["Connection", "Database", "Statements", "faults"]

T = TypeVar("T")
Connection: TypeAlias = "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]"
Statements = Callable[[Connection], Awaitable[T]]


class Database:
    """A pool whose methods raise StoreUnavailable."""

    def __init__(
        self, pool: Pool, migrations: Sequence[Migration], *, wait_s: float = 10.0, reads_suffice: bool = False
    ) -> None:
        self._pool = pool
        self._migrations = migrations
        self._wait_s = wait_s
        self._reads_suffice = reads_suffice
        self._fit = False

    async def write(self, statements: Statements[T]) -> T:
        """Run the statements in one transaction: all or nothing."""
        with operation("postgresql", statements), faults():
            async with self._connection() as connection, connection.transaction():
                return await statements(connection)

    async def run(self, statements: Statements[T]) -> T:
        """Run statements that only read, or a single one that writes: it is a transaction by itself."""
        with operation("postgresql", statements), faults():
            async with self._connection() as connection:
                return await statements(connection)

    async def ping(self) -> None:
        """StoreUnavailable, saying why, unless the schema fits and the database takes writes, or reads suffice."""
        with faults():
            async with self._acquired() as connection:
                await self._look(connection)
                if not self._reads_suffice and await connection.fetchval("SHOW transaction_read_only") == "on":
                    raise StoreUnavailable("the database takes no writes: it is a standby, or read-only")

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        async with self._acquired() as connection:
            if not self._fit:
                await self._look(connection)
            yield connection

    @asynccontextmanager
    async def _acquired(self) -> AsyncIterator[Connection]:
        try:
            connection = await self._pool.acquire(timeout=self._wait_s)
        except FAULTS as error:
            # Even a wrong password: it was right when we started, and may be mended without us.
            raise StoreUnavailable(unusable(error) or _named(error)) from error
        try:
            yield connection
        finally:
            await self._pool.release(connection)

    async def _look(self, connection: Connection) -> None:
        self._fit = False
        try:
            await check(connection, self._migrations)
        except DatabaseUnusableError as error:
            raise StoreUnavailable(str(error)) from error
        except asyncpg.InsufficientPrivilegeError as error:
            raise StoreUnavailable(f"{error}: is the user a member of pcf_generator?") from error
        self._fit = True


@contextmanager
def faults() -> Iterator[None]:
    """Raise as StoreUnavailable what may pass or its operators may mend; anything else is a fault of ours."""
    try:
        yield
    except FAULTS as error:
        if reason := unusable(error) or (_named(error) if may_pass(error) else ""):
            raise StoreUnavailable(reason) from error
        raise


def _named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:300]
