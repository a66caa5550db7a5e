"""Which faults of a database may pass, and what is said of those that do not."""

import asyncio
import ssl

import asyncpg
import pytest
from pcf_runtime.postgres.faults import may_pass, unusable

UNTRUSTED = ssl.SSLCertVerificationError("certificate verify failed")
UNTRUSTED.verify_message = "self-signed certificate"


@pytest.mark.parametrize(
    "error",
    [
        asyncpg.ConnectionDoesNotExistError("connection was closed"),
        asyncpg.CannotConnectNowError("the database system is starting up"),
        asyncpg.InterfaceError("pool is closing"),
        asyncpg.exceptions.TargetServerAttributeNotMatched("None of the hosts match"),
        ConnectionRefusedError(111, "refused"),
        TimeoutError(),
        asyncio.IncompleteReadError(b"", 1),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_a_later_try_may_cure(error):
    assert may_pass(error)
    assert not unusable(error)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            asyncpg.InvalidPasswordError("password authentication failed"),
            "the database refuses the user or its password",
        ),
        (
            asyncpg.InvalidAuthorizationSpecificationError("no pg_hba.conf entry"),
            "the database refuses the connection: no pg_hba.conf entry",
        ),
        (asyncpg.InvalidCatalogNameError('"x" does not exist'), 'there is no such database: "x" does not exist'),
        (
            asyncpg.InsufficientPrivilegeError("permission denied for table log"),
            "the database user lacks a right: permission denied for table log",
        ),
        (
            asyncpg.ClientConfigurationError("invalid sslmode"),
            "the database URL cannot be understood: invalid sslmode",
        ),
        (UNTRUSTED, "the database's certificate is not trusted: self-signed certificate"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_no_waiting_cures_is_said(error, sentence):
    assert sentence == unusable(error)


@pytest.mark.parametrize(
    "error", [asyncpg.UniqueViolationError("x"), asyncpg.UndefinedTableError("x"), ValueError("x"), KeyError("x")]
)
def test_what_is_the_calls_own_fault_does_not_pass(error):
    assert not may_pass(error)
