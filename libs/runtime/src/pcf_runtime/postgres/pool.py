"""A pool of connections to one database, or to whichever host of several takes writes at the moment."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, TypeAlias

import asyncpg

from pcf_runtime.postgres.faults import FAULTS, DatabaseUnusableError, unusable

__all__ = ["Pool", "connect", "open_pool", "writers_url"]

# Text, because only its stubs make asyncpg generic.
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_log = logging.getLogger(__name__)
_SCHEMES: Final = ("postgresql", "postgres")
_ATTRIBUTES: Final = "target_session_attrs="
_IDLE_S: Final = 300.0
# asyncpg's own error would show what it took for a port: part of a password with a slash in it.
_MISREAD: Final = (
    "the database URL cannot be understood: a port is a number, and / # ? @ % : in a password are written "
    "as %2F and so on."
)


@asynccontextmanager
async def open_pool(
    url: str, *, application: str, size: int = 10, connect_timeout_s: float = 5.0, statement_timeout_s: float = 10.0
) -> AsyncIterator[Pool]:
    """A pool that connects when it is asked to.

    A database that is away only costs a warning: the service starts, says in its readiness what it waits for, and
    goes on by itself. What no waiting cures (wrong URL, password, database) is a DatabaseUnusableError.
    """
    # asyncpg retires connections that fail, but keeps them for a whole statement when the host has vanished without
    # a word: the command timeout bounds that, the server's own timeout bounds what still runs there.
    async with asyncpg.create_pool(
        writers_url(url),
        min_size=0,
        max_size=size,
        timeout=connect_timeout_s,
        command_timeout=statement_timeout_s,
        max_inactive_connection_lifetime=_IDLE_S,
        server_settings={
            "application_name": application,
            "statement_timeout": str(int(statement_timeout_s * 1_000)),
            "idle_in_transaction_session_timeout": str(int(statement_timeout_s * 2_000)),
        },
    ) as pool:
        await _first_look(pool)
        yield pool


async def connect(url: str, *, application: str, timeout_s: float = 5.0) -> "asyncpg.Connection[asyncpg.Record]":
    """One connection of its own, for a command or for LISTEN. FAULTS, DatabaseUnusableError."""
    try:
        return await asyncpg.connect(
            writers_url(url), timeout=timeout_s, server_settings={"application_name": application}
        )
    except FAULTS as error:
        if sentence := unusable(error):
            raise DatabaseUnusableError(f"{sentence}.") from error
        raise
    except ValueError:
        raise DatabaseUnusableError(_MISREAD) from None


def writers_url(url: str) -> str:
    """The URL of PostgreSQL, looking for the host that takes writes unless it says which kind it wants.

    The error does not repeat the URL, for that holds a password.
    """
    scheme, separator, _ = url.partition("://")
    if scheme not in _SCHEMES or not separator:
        raise DatabaseUnusableError(
            "the database URL must be like postgresql://user:password@host:5432/database (several hosts: host1,host2)."
        )
    if _ATTRIBUTES in url:
        return url
    return f"{url}{'&' if '?' in url else '?'}{_ATTRIBUTES}read-write"


async def _first_look(pool: Pool) -> None:
    try:
        async with pool.acquire():
            return
    except FAULTS as error:
        if sentence := unusable(error):
            raise DatabaseUnusableError(f"{sentence}.") from error
        _log.warning("database not reached yet", extra={"pcf.error": _named(error)})
    except ValueError:
        raise DatabaseUnusableError(_MISREAD) from None


def _named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:300]
