"""Logs in PostgreSQL, of which whole segments and partitions can be exported and retired, and buckets to export to."""

import asyncio
import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from pcf_audit.adapters.clock import SystemClock
from pcf_audit.domain.event import Event, Outcome
from pcf_audit.opening import open_log
from pcf_audit.settings import AuditSettings
from pcf_runtime.postgres.commands import migrate
from pcf_runtime.postgres.pool import connect
from pcf_runtime.signed_note import Signer
from pydantic import SecretStr

from tests.servers.postgres import Postgres
from tests.servers.s3 import S3
from tests.unit.audit.growing import grow

PARTITION = 65_536
SIGNER = Signer("pcf-builder.audit", bytes(32))
OLD_S = 1_000_000_000  # 2001
SettingsMaker = Callable[..., AuditSettings]


@dataclass(frozen=True)
class Filled:
    """A database to copy: so many events, all of them from 2001."""

    name: str
    size: int


def settings_for(url: str, **more: object) -> AuditSettings:
    return AuditSettings(
        database_url=SecretStr(url),
        owner_database_url=SecretStr(url),
        signing_key=SecretStr(SIGNER.text),
        master_key=SecretStr(base64.b64encode(bytes(32)).decode()),
        port=0,
        metrics_port=0,
        **more,
    )


@pytest.fixture(scope="session")
def filled(postgres: Postgres) -> Iterator[Filled]:
    """A partition and some events more. It has as many as a segment: the least that can be exported and dropped."""
    name, size = postgres.create_database(), PARTITION + 500
    url = postgres.url(name)
    migrate(url, service="audit")
    asyncio.run(_fill(url, size))
    yield Filled(name, size)
    postgres.drop_database(name)


async def _fill(url: str, size: int) -> None:
    connection = await connect(url, application="test")
    definition = await connection.fetchval("SELECT pg_get_functiondef('audit_add_partition'::regproc)")
    await connection.execute("DROP TABLE audit_entries_from_0")
    await connection.execute(definition.replace("1048576", str(PARTITION)))
    await connection.close()
    async with open_log(settings_for(url), clock=SystemClock()) as log:
        sealed = await log.vault.seal([_event(number) for number in range(size)])
        await grow(log.store, log.notary, [each.event for each in sealed], at_s=OLD_S, batch=5_000)


def _event(number: int) -> Event:
    details = {"kind": "star-rating", "number": str(number)}
    return Event(f"{number:026d}", "build.created", number, "maker@example.com", Outcome.SUCCEEDED, details=details)


@pytest.fixture
def log_url(postgres: Postgres, filled: Filled) -> Iterator[str]:
    """A copy of the filled log."""
    name = f"{filled.name}_copy"
    postgres.execute(f"CREATE DATABASE {name} TEMPLATE {filled.name}")
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture
def locked_bucket(s3: S3) -> str:
    """A bucket with object lock."""
    return s3.url(s3.create_bucket(object_lock=True), prefix="audit")


@pytest.fixture
def settings(log_url: str, locked_bucket: str) -> AuditSettings:
    return settings_for(log_url, export_url=locked_bucket)


@pytest.fixture
def key() -> str:
    """What the log's checkpoints are verified with."""
    return SIGNER.verifier.text
