"""`pcf-generator erase-tenant` and `retain` on a SQLite file; PostgreSQL is in tests/integration/generator."""

import argparse
import asyncio
from datetime import UTC, datetime

import pytest
from pcf_generator.adapters.sqlite.build_store import SqliteBuildStore
from pcf_generator.adapters.sqlite.database import Database
from pcf_generator.build_store import Request
from pcf_generator.clearing_commands import ERASE_TENANT, RETAIN
from pcf_generator.domain.build import Build, BuildOptions, BuildState
from pcf_generator.settings import GeneratorSettings
from pcf_runtime.ids import new_ulid
from pcf_runtime.starting import CannotStartError


@pytest.fixture
def settings(tmp_path) -> GeneratorSettings:
    return GeneratorSettings(database=tmp_path / "builds.db", artifacts=tmp_path / "artifacts")


def run(command, settings: GeneratorSettings, *arguments: str) -> int:
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    return command.run(settings, parser.parse_args(arguments))


def queue(settings: GeneratorSettings, *tenants: str) -> None:
    async def add() -> None:
        database = await Database.open(settings.database)
        store = SqliteBuildStore(database, clock=lambda: datetime.now(UTC), new_id=new_ulid)
        for tenant in tenants:
            now = datetime.now(UTC)
            build = Build(new_ulid(), "5 stars", BuildOptions(), "ann", BuildState.QUEUED, now, now, tenant=tenant)
            await store.create(build, Request("", "", "ann", tenant=tenant), queue_limit=100)
        await database.close()

    asyncio.run(add())


def test_tells_what_it_deletes_and_that_there_is_nothing_left(settings, capsys):
    queue(settings, "contoso", "contoso", "fabrikam")
    assert 0 == run(ERASE_TENANT, settings, "contoso", "--dry-run")
    assert "would delete 2 builds\n" == capsys.readouterr().out
    assert 0 == run(ERASE_TENANT, settings, "contoso", "--yes")
    assert capsys.readouterr().out.endswith("deleted 2 builds, 2 events; 0 files\n")
    assert 0 == run(ERASE_TENANT, settings, "contoso", "--yes")
    assert "deleted nothing; 0 files\n" == capsys.readouterr().out
    assert 0 == run(ERASE_TENANT, settings, "fabrikam", "--dry-run")
    assert "would delete 1 builds\n" == capsys.readouterr().out


def test_what_waits_is_not_retired(settings, capsys):
    queue(settings, "contoso")
    assert 0 == run(RETAIN, settings, "--older-than", "1", "--yes")
    assert "deleted nothing; 0 files\n" == capsys.readouterr().out


@pytest.mark.parametrize(
    ("command", "arguments", "why"),
    [
        (ERASE_TENANT, ["contoso"], r"every build of tenant contoso.*Repeat with --yes"),
        (ERASE_TENANT, ["Contoso", "--yes"], "'Contoso' is no tenant"),
        (RETAIN, ["--older-than", "30"], r"has not changed for 30 days.*Repeat with --yes"),
        (RETAIN, ["--older-than", "0", "--yes"], "at least 1"),
        (RETAIN, ["--older-than", "5", "--tenant", "a/b", "--yes"], "'a/b' is no tenant"),
    ],
)
def test_refuses_what_was_not_meant(settings, command, arguments, why):
    with pytest.raises(CannotStartError, match=why):
        run(command, settings, *arguments)


def test_postgres_needs_its_owner(tmp_path):
    settings = GeneratorSettings(database_url="postgresql://u:p@h/d", artifacts=tmp_path)
    with pytest.raises(CannotStartError, match="PCF_GENERATOR_OWNER_DATABASE_URL is not set"):
        run(ERASE_TENANT, settings, "contoso", "--yes")
