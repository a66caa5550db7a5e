"""What can go wrong between a service and its database, sorted by what to do about it."""

import asyncio
import ssl
from typing import Final

import asyncpg

from pcf_runtime.starting import CannotStartError

__all__ = ["FAULTS", "DatabaseUnusableError", "may_pass", "unusable"]


class DatabaseUnusableError(CannotStartError):
    """As it is configured the database can never serve; the message is one sentence that says what to do."""


FAULTS: Final[tuple[type[BaseException], ...]] = (
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,
    OSError,
    TimeoutError,
    asyncio.IncompleteReadError,
)
"""What asyncpg and the network raise."""

_MAY_PASS: Final = (
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.ReadOnlySQLTransactionError,  # a standby, until it is promoted
    asyncpg.InsufficientResourcesError,  # disk full, out of memory, too many connections
    asyncpg.TransactionRollbackError,  # serialization, deadlock
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.PostgresSystemError,  # input or output failed
    asyncpg.InterfaceError,  # the connection is closed, the pool is closing
    asyncpg.InternalClientError,
    asyncio.IncompleteReadError,
    OSError,
    TimeoutError,
)


def may_pass(error: BaseException) -> bool:
    """Whether the same call may succeed later: it is the database's state that is at fault, not the call."""
    return isinstance(error, _MAY_PASS) and not isinstance(error, asyncpg.ClientConfigurationError)


def unusable(error: BaseException) -> str:
    """What is wrong with the configuration, in words; empty when the fault may pass. Never repeats the URL."""
    match error:
        case asyncpg.InvalidPasswordError():
            return "the database refuses the user or its password"
        case asyncpg.InvalidAuthorizationSpecificationError():
            return f"the database refuses the connection: {error}"
        case asyncpg.InvalidCatalogNameError():
            return f"there is no such database: {error}"
        case asyncpg.InsufficientPrivilegeError():
            return f"the database user lacks a right: {error}"
        case asyncpg.ClientConfigurationError():
            return f"the database URL cannot be understood: {error}"
        case ssl.SSLCertVerificationError():
            return f"the database's certificate is not trusted: {error.verify_message}"
    return ""
