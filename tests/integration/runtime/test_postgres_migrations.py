"""Migrations on a real PostgreSQL: whole or not at all, once, and never past a version that cannot read them."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest
from pcf_runtime.postgres.commands import migrate
from pcf_runtime.postgres.faults import FAULTS, DatabaseUnusableError
from pcf_runtime.postgres.migrations import Migration, SchemaTooNewError, SchemaTooOldError, apply, check, shipped

from tests.servers.ports import free_port

FIRST = Migration("test", "0001_things.sql", "-- readable by: 1\nCREATE TABLE things (id int PRIMARY KEY);\n")
SECOND = Migration(
    "test",
    "0002_names.sql",
    "-- readable by: 1\nALTER TABLE things ADD name text;\nINSERT INTO things VALUES (1, 'a');\n",
)
THIRD = Migration("test", "0003_no_ids.sql", "-- readable by: 3\nALTER TABLE things DROP COLUMN id;\n")


@pytest.fixture
async def connection(database_url) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database_url)
    yield connection
    await connection.close()


async def _columns(connection) -> set[str]:
    rows = await connection.fetch("SELECT column_name FROM information_schema.columns WHERE table_name = 'things'")
    return {row["column_name"] for row in rows}


async def test_applies_what_is_missing_in_order_and_only_once(connection):
    assert ["0001_things.sql"] == await apply(connection, [FIRST])
    assert ["0002_names.sql", "0003_no_ids.sql"] == await apply(connection, [FIRST, SECOND, THIRD])
    assert [] == await apply(connection, [FIRST, SECOND, THIRD])
    assert {"name"} == await _columns(connection)
    await check(connection, [FIRST, SECOND, THIRD])


async def test_records_what_was_applied_and_its_hash(connection):
    await apply(connection, [FIRST, SECOND])
    rows = await connection.fetch("SELECT version, name, sha256, oldest_reader FROM test_migrations ORDER BY version")
    expected = [(1, FIRST.name, FIRST.sha256, 1), (2, SECOND.name, SECOND.sha256, 1)]
    assert expected == [tuple(row.values()) for row in rows]


async def test_a_database_that_was_never_migrated_is_too_old(connection):
    with pytest.raises(SchemaTooOldError, match=r"lacks 0001_things.sql: run `pcf-test migrate`"):
        await check(connection, [FIRST, SECOND])


async def test_a_database_that_lacks_a_step_is_too_old(connection):
    await apply(connection, [FIRST])
    with pytest.raises(SchemaTooOldError, match=r"lacks 0002_names.sql"):
        await check(connection, [FIRST, SECOND])


async def test_an_older_version_works_on_a_newer_schema_that_it_can_read(connection):
    await apply(connection, [FIRST, SECOND])
    await check(connection, [FIRST])
    assert [] == await apply(connection, [FIRST])


@pytest.mark.parametrize("use", [check, apply])
async def test_an_older_version_refuses_a_newer_schema_that_it_cannot_read(connection, use):
    await apply(connection, [FIRST, SECOND, THIRD])
    with pytest.raises(SchemaTooNewError, match=r"has 0003_no_ids.sql.*run pcf-test of a newer version"):
        await use(connection, [FIRST, SECOND])


@pytest.mark.parametrize("use", [check, apply])
async def test_a_step_that_was_changed_after_it_was_applied_is_refused(connection, use):
    await apply(connection, [FIRST, SECOND])
    changed = Migration("test", SECOND.name, SECOND.sql.replace("'a'", "'b'"))
    with pytest.raises(
        DatabaseUnusableError, match=r"0002_names.sql was applied to this database with another content"
    ):
        await use(connection, [FIRST, changed])


async def test_a_step_that_fails_leaves_nothing_of_itself_and_lets_others_try(connection, database_url):
    bad = Migration("test", "0002_bad.sql", "-- readable by: 1\nALTER TABLE things ADD name text;\nSELECT 1 / 0;\n")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await apply(connection, [FIRST, bad])
    assert {"id"} == await _columns(connection)
    other = await asyncpg.connect(database_url)
    async with asyncio.timeout(5):
        assert ["0002_names.sql"] == await apply(other, [FIRST, SECOND])
    await other.close()


async def test_two_at_once_apply_each_step_once(database_url):
    connections = await asyncio.gather(*(asyncpg.connect(database_url) for _ in range(5)))
    applied = await asyncio.gather(*(apply(each, [FIRST, SECOND, THIRD]) for each in connections))
    assert [[], [], [], [], [FIRST.name, SECOND.name, THIRD.name]] == sorted(applied)
    for each in connections:
        await each.close()


async def test_two_services_share_a_database(connection):
    other = Migration("other", "0001_other.sql", "-- readable by: 1\nCREATE TABLE others (id int);\n")
    assert [[FIRST.name], [other.name]] == [await apply(connection, [FIRST]), await apply(connection, [other])]
    await check(connection, [FIRST])
    await check(connection, [other])


async def test_a_run_that_dies_in_a_step_is_finished_by_the_next(connection, database_url, eventually):
    slow = Migration("test", "0002_slow.sql", f"{SECOND.sql}SELECT pg_sleep(60);\n")
    dying = await asyncpg.connect(database_url)
    run = asyncio.create_task(apply(dying, [FIRST, slow]))
    victim = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'"
    await eventually(lambda: connection.fetchval(victim, dying.get_server_pid()))
    with pytest.raises(FAULTS):
        await run
    assert {"id"} == await _columns(connection)
    assert ["0002_names.sql"] == await apply(connection, [FIRST, SECOND])


async def test_a_step_that_does_not_say_who_can_read_it_is_refused(connection):
    silent = Migration("test", "0001_silent.sql", "CREATE TABLE things (id int);\n")
    with pytest.raises(DatabaseUnusableError, match=r"0001_silent.sql does not say in its first line"):
        await apply(connection, [silent])
    assert set() == await _columns(connection)


def test_the_command_applies_what_is_shipped_and_says_so(database_url, capsys):
    names = [step.name for step in shipped("pcf_audit")]
    assert [0, 0] == [migrate(database_url, service="audit"), migrate(database_url, service="audit")]
    said = "".join(f"applied {name}\n" for name in names)
    assert f"{said}the schema is up to date\nthe schema is up to date\n" == capsys.readouterr().out


def test_the_command_says_what_no_repeating_helps(postgres):
    with pytest.raises(DatabaseUnusableError, match=r"^the database refuses the user or its password\.$"):
        migrate(postgres.url(password="hunter2"), service="audit")


def test_the_command_says_that_nobody_answers(postgres, capsys):
    assert 1 == migrate(postgres.url().replace(str(postgres.port), str(free_port())), service="audit")
    assert "pcf-audit migrate: the database failed: ConnectionRefusedError" in capsys.readouterr().err


def test_the_command_says_that_it_may_not(postgres, database_url, capsys):
    """CREATE on the schema public is nobody's but the owner's."""
    database = database_url.rpartition("/")[2]
    role = f"guest_{database}"
    postgres.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'x'")
    assert 1 == migrate(postgres.url(database, user=role, password="x"), service="audit")
    assert "permission denied for schema public" in capsys.readouterr().err
    postgres.execute(f"DROP ROLE {role}")


@pytest.mark.parametrize("package", ["pcf_audit", "pcf_generator"])
def test_what_is_shipped_is_numbered_without_gaps_and_says_who_can_read_it(package):
    steps = shipped(package)
    assert list(range(1, len(steps) + 1)) == [step.version for step in steps]
    assert all(1 <= step.oldest_reader <= step.version for step in steps)
