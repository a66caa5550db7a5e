"""`pcf-generator migrate` on a PostgreSQL of its own."""

import asyncio
import sys

import pytest
from pcf_runtime.postgres.migrations import apply, shipped
from pcf_runtime.postgres.pool import connect

from tests.servers.postgres import postgres as own_postgres

APPLIED = "".join(f"applied {step.name}\n" for step in shipped("pcf_generator"))


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
    assert (0, f"{APPLIED}the schema is up to date\n", "") == await migrate(url)
    assert (0, "the schema is up to date\n", "") == await migrate(url)


async def test_those_who_migrate_at_once_apply_each_step_once(server):
    url = server.url(server.create_database())
    answers = await asyncio.gather(*(migrate(url) for _ in range(3)))
    assert {0} == {code for code, _, _ in answers}
    assert 1 == sum("applied 0001_builds.sql" in told for _, told, _ in answers)


MADE = """{"artifacts": [{"kind": "source", "sha256": "%s"}, {"kind": "report", "sha256": "%s"}]}"""
INSERT = """
INSERT INTO builds (id, actor, request_id, tenant, prompt, options, state, answers, result, brain_release,
  last_sequence, claims, create_time, update_time)
VALUES ($1, 'maker', '', 'default', '5 stars', '{}', 'succeeded', '[]', $2, '', 1, 0, now(), now())
"""


async def test_files_of_builds_are_found_whether_they_were_made_before_the_table_for_that_or_after(server):
    """By a version that knows nothing of it: what it stores is what the first version stored."""
    url = server.url(server.create_database())
    connection = await connect(url, application="test")
    await apply(connection, shipped("pcf_generator")[:1])
    await connection.execute(INSERT, "before", MADE % ("5e" * 32, "ab" * 32))
    await connection.execute(INSERT, "without", None)
    assert 0 == (await migrate(url))[0]
    await connection.execute("SET ROLE pcf_generator")
    await connection.execute(INSERT, "later", None)
    await connection.execute("UPDATE builds SET result = $2 WHERE id = $1", "later", MADE % ("5e" * 32, "cd" * 32))
    rows = await connection.fetch("SELECT sha256, build_id FROM artifact_builds ORDER BY 1, 2")
    await connection.close()
    files = [("5e", "before"), ("5e", "later"), ("ab", "before"), ("cd", "later")]
    assert [(pair * 32, build) for pair, build in files] == [tuple(row) for row in rows]


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
        "artifact_builds insert select",
        "build_events insert select",
        "builds insert select update",
        "checkpoints insert select update",
        "delivery select update",
        "generator_migrations select",
        "model_calls insert select",
        "outbox delete insert select",
        "queue_turns insert select update",
        "requests insert select",
        "shared_results insert select update",
        "spending_by_model insert select",
        "spending_days insert select",
        "undeliverable insert select",
    ] == rights.splitlines()
