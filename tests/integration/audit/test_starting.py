"""The service on PostgreSQL: when it starts, when it says what it waits for, and when it ends with a sentence."""

import asyncio
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import asyncpg
import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from pcf.audit.v1 import audit_pb2 as pb
from pcf.audit.v1 import audit_pb2_grpc
from pcf_audit.bootstrap import SERVICE, running
from pcf_audit.domain.event import Outcome
from pcf_audit.domain.reader import Reader
from pcf_audit.domain.selection import Filter
from pcf_audit.settings import AuditSettings
from pcf_runtime.signed_note import Signer
from pcf_runtime.starting import CannotStartError
from pydantic import SecretStr

from tests.integration.audit.conftest import MASTER, SIGNER, EventMaker, instance_on, until
from tests.servers.postgres import Postgres
from tests.servers.proxy import Proxy

EVERYBODY = Reader("default", all_tenants=True)

pytestmark = pytest.mark.slow

Proxied = Callable[[str, int], AbstractAsyncContextManager[Proxy]]


def settings_for(url: str, **more: object) -> AuditSettings:
    given = {
        "database_url": SecretStr(url),
        "signing_key": SecretStr(SIGNER.text),
        "master_key": SecretStr(MASTER),
        "port": 0,
        "metrics_port": 0,
    }
    return AuditSettings(**(given | more))


async def is_serving(port: int) -> bool:
    async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
        answer = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=SERVICE))
    return bool(answer.status == health_pb2.HealthCheckResponse.SERVING)


async def test_it_serves_on_a_migrated_database(audit_url: str):
    async with running(settings_for(audit_url)) as service:
        assert await is_serving(service.port)
        async with grpc.aio.insecure_channel(f"127.0.0.1:{service.port}") as channel:
            verified = await audit_pb2_grpc.AuditServiceStub(channel).VerifyLog(pb.VerifyLogRequest())

    assert verified.valid


async def test_without_its_database_it_starts_and_is_not_ready(postgres: Postgres, audit_url: str, proxied: Proxied):
    async with proxied("127.0.0.1", postgres.port) as proxy:
        proxy.refuse()
        url = audit_url.replace(f":{postgres.port}/", f":{proxy.port}/")
        async with running(settings_for(url)) as service:
            before = await is_serving(service.port)
            proxy.pass_()
            await until(lambda: is_serving(service.port))

    assert not before


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda url: url.replace("let-me-in", "wrong"), "refuses the user or its password"),
        (lambda url: f"{url}x", "there is no such database"),
        (lambda url: url.replace("postgresql://", "mysql://"), "must be like postgresql://"),
    ],
)
async def test_a_database_that_can_never_serve_ends_it(audit_url: str, change: Callable[[str], str], sentence: str):
    with pytest.raises(CannotStartError, match=sentence) as ended:
        async with running(settings_for(change(audit_url))):
            pass

    assert "let-me-in" not in str(ended.value)


async def test_a_database_that_was_not_migrated_ends_it(database_url: str):
    with pytest.raises(CannotStartError, match=r"lacks 0001_log\.sql: run `pcf-audit migrate`"):
        async with running(settings_for(database_url)):
            pass


async def test_a_database_of_a_newer_version_ends_it(audit_url: str):
    connection = await asyncpg.connect(audit_url)
    await connection.execute(
        "INSERT INTO audit_migrations (version, name, sha256, oldest_reader) "
        "SELECT max(version) + 1, '9999_next.sql', 'x', 9999 FROM audit_migrations"
    )
    await connection.close()

    with pytest.raises(CannotStartError, match=r"9999_next\.sql, which this version cannot work with"):
        async with running(settings_for(audit_url)):
            pass


@pytest.mark.parametrize(
    "other",
    [
        {"signing_key": SecretStr(Signer.generate(SIGNER.name).text)},
        {"master_key": SecretStr("A" * 42 + "E=")},
    ],
    ids=["signing key", "master key"],
)
async def test_with_another_key_it_is_not_ready(audit_url: str, make_event: EventMaker, other: Mapping[str, object]):
    async with instance_on(audit_url) as instance:
        await instance.ledger.append([make_event(0)])
    async with running(settings_for(audit_url, **other)) as service:
        assert not await is_serving(service.port)


async def test_erasing_needs_the_owner_and_is_recorded(audit_url: str, make_event: EventMaker, tmp_path: Path):
    async with instance_on(audit_url) as instance:
        await instance.ledger.append([make_event(0, tenant="contoso", personal={"prompt": "a toggle"})])
    environment = {
        "PCF_AUDIT_DATABASE_URL": audit_url,
        "PCF_AUDIT_SIGNING_KEY": SIGNER.text,
        "PCF_AUDIT_MASTER_KEY": MASTER,
    }
    arguments = ("erase-tenant", "contoso", "--yes", "--actor", "dpo@example.com")
    refused = await command(tmp_path, environment, *arguments)
    done = await command(tmp_path, environment | {"PCF_AUDIT_OWNER_DATABASE_URL": audit_url}, *arguments)
    async with instance_on(audit_url) as instance:
        erased = await instance.ledger.get(make_event(0).event_id, reader=EVERYBODY)
        [record] = [found async for found in instance.ledger.export(Filter(type="tenant.erased"))]
        holds = (await instance.ledger.verify()).broken is None

    assert refused[0] == 1
    assert "PCF_AUDIT_OWNER_DATABASE_URL is not set" in refused[1]
    assert done[0] == 0
    assert (erased.is_erased, erased.event.actor) == (True, "erased")
    assert (record.event.actor, record.event.outcome) == ("dpo@example.com", Outcome.SUCCEEDED)
    assert holds


async def command(folder: Path, environment: Mapping[str, str], *arguments: str) -> tuple[int, str]:
    """Exit code and output of `pcf-audit`."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "pcf_audit",
        *arguments,
        cwd=folder,
        env={**os.environ, **environment},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


async def test_migrate_can_be_run_by_several_at_once(database_url: str, tmp_path: Path):
    environment = {"PCF_AUDIT_DATABASE_URL": database_url}
    outcomes = await asyncio.gather(*(command(tmp_path, environment, "migrate") for _ in range(3)))

    assert [code for code, _ in outcomes] == [0, 0, 0]
    assert sum("applied 0001_log.sql" in output for _, output in outcomes) == 1
