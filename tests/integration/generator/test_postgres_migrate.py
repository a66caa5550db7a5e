"""`pcf-generator migrate` on a PostgreSQL of its own."""

import asyncio
import sys

import pytest

from tests.servers.postgres import postgres as own_postgres


@pytest.fixture(scope="module")
def server():
    """Where no group role has been made yet."""
    with own_postgres() as started:
        yield started


async def migrate(url):
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "pcf_generator", "migrate"),
        env={"PCF_GENERATOR_DATABASE_URL": url},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(30):
        told, complaint = await child.communicate()
    return child.returncode, told.decode(), complaint.decode()


async def test_an_owner_that_may_make_no_roles_is_told_what_an_administrator_has_to_do(server):
    """And nothing of the step is left, so that it can be repeated after that."""
    server.execute("CREATE ROLE builds_owner LOGIN PASSWORD 'secret'")
    server.execute("CREATE DATABASE builds OWNER builds_owner")
    url = server.url("builds", user="builds_owner", password="secret")
    code, _, complaint = await migrate(url)
    assert 1 == code
    assert "there is no role pcf_generator and builds_owner may not make it" in complaint
    assert "CREATE ROLE pcf_generator NOLOGIN" in complaint
    assert "secret" not in complaint
    server.execute("CREATE ROLE pcf_generator NOLOGIN")
    assert (0, "applied 0001_builds.sql\nthe schema is up to date\n", "") == await migrate(url)
    assert (0, "the schema is up to date\n", "") == await migrate(url)


async def test_those_who_migrate_at_once_apply_each_step_once(server):
    url = server.url(server.create_database())
    answers = await asyncio.gather(*(migrate(url) for _ in range(3)))
    assert {0} == {code for code, _, _ in answers}
    assert 1 == sum("applied 0001_builds.sql" in told for _, told, _ in answers)


async def test_the_right_to_every_table_is_the_group_role_s_alone(server):
    name = server.create_database()
    await migrate(server.url(name))
    granted = server.execute(
        "SELECT DISTINCT grantee FROM information_schema.role_table_grants WHERE table_schema = 'public'"
        " AND grantee <> current_user",
        database=name,
    )
    rights = server.execute(
        "SELECT table_name || ' ' || string_agg(lower(privilege_type), ' ' ORDER BY privilege_type)"
        " FROM information_schema.role_table_grants WHERE grantee = 'pcf_generator' GROUP BY table_name ORDER BY 1",
        database=name,
    )
    assert "pcf_generator" == granted
    assert [
        "build_events insert select",
        "builds insert select update",
        "checkpoints insert select update",
        "delivery select update",
        "generator_migrations select",
        "outbox delete insert select",
        "requests insert select",
        "shared_results insert select update",
        "undeliverable insert select",
    ] == rights.splitlines()
