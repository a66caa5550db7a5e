"""A pool of connections to one database, or to whichever host of several takes writes at the moment.

The URL may be a secret that changes: each new connection is made with the one of that moment, and one that the database
refuses waits a little for another. Connections that are open stay so.
"""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, TypeAlias

import asyncpg

from pcf_runtime.postgres.faults import FAULTS, DatabaseUnusableError, unusable
from pcf_runtime.secret_text import FixedText, SecretText

__all__ = ["DatabaseUrl", "Pool", "connect", "open_pool", "writers_url"]

DatabaseUrl: TypeAlias = str | SecretText

# Text, because only its stubs make asyncpg generic.
Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"

_log = logging.getLogger(__name__)
_SCHEMES: Final = ("postgresql", "postgres")
_ATTRIBUTES: Final = "target_session_attrs="
_IDLE_S: Final = 300.0
_ATTEMPTS: Final = 5
_PATIENCE_S: Final = 1.0
"""How long each waits for a new password: the secret and the database are not changed at the same moment."""
# asyncpg's own error would show what it took for a port: part of a password with a slash in it.
_MISREAD: Final = "a port is a number, and / # ? @ % : in a password are written as %2F and so on"


@asynccontextmanager
async def open_pool(
    url: DatabaseUrl,
    *,
    application: str,
    size: int = 10,
    connect_timeout_s: float = 5.0,
    statement_timeout_s: float = 10.0,
    session: Mapping[str, str] | None = None,
) -> AsyncIterator[Pool]:
    """A pool that connects when it is asked to.

    A database that is away only costs a warning: the service starts, says in its readiness what it waits for, and
    goes on by itself. What no waiting cures (wrong URL, password, database) is a DatabaseUnusableError.
    `session` holds settings of the server for each connection.
    """
    source = _source(url)
    writers_url(await source.read())

    async def connect_as_now(*_: Any, **given: Any) -> "asyncpg.Connection[asyncpg.Record]":
        return await _connected(source, **given)

    # asyncpg retires connections that fail, but keeps them for a whole statement when the host has vanished without
    # a word: the command timeout bounds that, the server's own timeout bounds what still runs there.
    async with asyncpg.create_pool(
        connect=connect_as_now,
        min_size=0,
        max_size=size,
        timeout=connect_timeout_s,
        command_timeout=statement_timeout_s,
        max_inactive_connection_lifetime=_IDLE_S,
        server_settings={
            "application_name": application,
            "statement_timeout": str(int(statement_timeout_s * 1_000)),
            "idle_in_transaction_session_timeout": str(int(statement_timeout_s * 2_000)),
            **(session or {}),
        },
    ) as pool:
        await _first_look(pool)
        yield pool


async def connect(
    url: DatabaseUrl, *, application: str, timeout_s: float = 5.0
) -> "asyncpg.Connection[asyncpg.Record]":
    """One connection of its own, for a command or for LISTEN. FAULTS, DatabaseUnusableError."""
    source = _source(url)
    writers_url(await source.read())
    try:
        return await _connected(source, timeout=timeout_s, server_settings={"application_name": application})
    except FAULTS as error:
        if sentence := unusable(error):
            raise DatabaseUnusableError(f"{sentence}.") from error
        raise


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


def _source(url: DatabaseUrl) -> SecretText:
    return FixedText(url) if isinstance(url, str) else url


async def _connected(source: SecretText, **given: Any) -> "asyncpg.Connection[asyncpg.Record]":
    text = await source.read()
    for _ in range(_ATTEMPTS - 1):
        try:
            return await _dialled(text, **given)
        except asyncpg.InvalidAuthorizationSpecificationError:
            renewed = await source.after(text, within_s=_PATIENCE_S)
            if renewed is None:
                raise
            text = renewed
    return await _dialled(text, **given)


async def _dialled(text: str, **given: Any) -> "asyncpg.Connection[asyncpg.Record]":
    try:
        return await asyncpg.connect(writers_url(text), **given)
    except DatabaseUnusableError:  # the secret has become something else since we started
        raise asyncpg.ClientConfigurationError("it is no URL of PostgreSQL") from None
    except FAULTS:  # some of them are a ValueError too
        raise
    except ValueError:
        raise asyncpg.ClientConfigurationError(_MISREAD) from None


def _named(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"[:300]
