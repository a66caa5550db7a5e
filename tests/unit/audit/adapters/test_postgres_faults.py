"""What an error of the database means to who called the log."""

import asyncpg
import pytest
from pcf_audit.adapters.postgres_faults import faults
from pcf_audit.errors import LogDamaged, StoreUnavailable

PASSES = [
    asyncpg.DiskFullError("could not extend file: No space left on device"),
    asyncpg.OutOfMemoryError("out of memory"),
    asyncpg.TooManyConnectionsError("sorry, too many clients already"),
    asyncpg.ReadOnlySQLTransactionError("cannot execute COPY in a read-only transaction"),
    asyncpg.QueryCanceledError("canceling statement due to statement timeout"),
    asyncpg.DeadlockDetectedError("deadlock detected"),
    asyncpg.AdminShutdownError("terminating connection due to administrator command"),
    asyncpg.ConnectionDoesNotExistError("connection was closed in the middle of operation"),
    asyncpg.InterfaceError("connection is closed"),
    asyncpg.UniqueViolationError("duplicate key"),
    asyncpg.UndefinedTableError("relation does not exist"),
    asyncpg.InsufficientPrivilegeError("permission denied"),
    ConnectionRefusedError(),
    TimeoutError(),
]
STAYS = [
    asyncpg.DataCorruptedError("invalid page in block 7"),
    asyncpg.IndexCorruptedError("unexpected zero page"),
    UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"),
]


@pytest.mark.parametrize("error", PASSES, ids=lambda error: type(error).__name__)
def test_what_somebody_can_mend_may_be_repeated(error: BaseException):
    with pytest.raises(StoreUnavailable), faults():
        raise error


@pytest.mark.parametrize("error", STAYS, ids=lambda error: type(error).__name__)
def test_what_cannot_be_read_is_damage(error: BaseException):
    with pytest.raises(LogDamaged), faults():
        raise error


def test_our_own_mistakes_are_not_the_databases():
    with pytest.raises(KeyError), faults():
        raise KeyError
