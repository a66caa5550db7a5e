"""The pool on a real PostgreSQL: what is wrong for good is said at once, what passes is waited out."""

import asyncio
import logging
import secrets
from urllib.parse import urlsplit

import asyncpg
import pytest
from pcf_runtime.postgres.faults import FAULTS, DatabaseUnusableError, may_pass
from pcf_runtime.postgres.pool import open_pool

from tests.servers.certificates import write_certificate
from tests.servers.ports import free_port
from tests.servers.postgres import postgres as running_postgres


def _by_way_of(url: str, port: int) -> str:
    """The same database through the proxy."""
    return url.replace(f":{urlsplit(url).port}/", f":{port}/")


def _hosts(*servers) -> str:
    """One URL that names several servers, in this order."""
    hosts = ",".join(f"127.0.0.1:{server.port}" for server in servers)
    return servers[0].url().replace(f"127.0.0.1:{servers[0].port}", hosts)


async def test_runs_statements_under_the_service_s_name(database_url):
    async with open_pool(database_url, application="pcf-test") as pool:
        assert "pcf-test" == await pool.fetchval("SHOW application_name")
        assert "read-write" == await pool.fetchval(
            "SELECT CASE WHEN pg_is_in_recovery() THEN 'read-only' ELSE 'read-write' END"
        )


async def test_a_statement_that_takes_too_long_ends_on_both_sides(database_url, eventually):
    async with open_pool(database_url, application="pcf-slow", statement_timeout_s=0.2) as pool:
        with pytest.raises(FAULTS) as raised:
            await pool.execute("SELECT pg_sleep(60)")
        assert may_pass(raised.value)
        running = "SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT pg_sleep(60)' AND state = 'active'"

        async def ended() -> bool:
            return await pool.fetchval(running) == 0

        assert await eventually(ended, passing=FAULTS)


@pytest.mark.parametrize(
    "url", ["", "sqlite:///x.db", "127.0.0.1:5432/audit", "mysql://user:hunter2@127.0.0.1/audit", "postgresql:/x"]
)
async def test_what_is_no_url_of_postgres_is_said_at_once(url):
    with pytest.raises(DatabaseUnusableError, match="must be like postgresql://") as raised:
        async with open_pool(url, application="pcf-test"):
            pass
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    "url", ["postgresql://user:hunter2@127.0.0.1:port/audit", "postgresql://user:hunter2/more@127.0.0.1/audit"]
)
async def test_a_url_that_cannot_be_understood_is_said_at_once(url):
    with pytest.raises(
        DatabaseUnusableError, match="the database URL cannot be understood: a port is a number"
    ) as raised:
        async with open_pool(url, application="pcf-test"):
            pass
    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"password": "hunter2"}, "the database refuses the user or its password"),
        ({"user": "nobody", "password": "hunter2"}, "the database refuses the user or its password"),
        ({"database": "nowhere"}, 'there is no such database: database "nowhere" does not exist'),
    ],
)
async def test_what_no_waiting_cures_is_said_at_once(postgres, wrong, why):
    with pytest.raises(DatabaseUnusableError, match=why) as raised:
        async with open_pool(postgres.url(**wrong), application="pcf-test"):
            pass
    assert "hunter2" not in str(raised.value)


async def test_a_user_without_the_right_to_connect_is_said_at_once(postgres, database_url):
    role = f"stranger_{secrets.token_hex(4)}"
    database = urlsplit(database_url).path.strip("/")
    postgres.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'x'; REVOKE CONNECT ON DATABASE {database} FROM public")
    with pytest.raises(DatabaseUnusableError, match="the database user lacks a right"):
        async with open_pool(postgres.url(database, user=role, password="x"), application="pcf-test"):
            pass
    postgres.execute(f"DROP ROLE {role}")


async def test_an_unreachable_database_costs_a_warning_and_is_used_once_it_is_there(
    database_url, proxied, eventually, caplog
):
    parts = urlsplit(database_url)
    async with proxied(parts.hostname, parts.port) as proxy:
        proxy.refuse()
        async with open_pool(_by_way_of(database_url, proxy.port), application="pcf-test") as pool:
            assert ["database not reached yet"] == [r.message for r in caplog.records if r.levelno == logging.WARNING]
            with pytest.raises(FAULTS) as raised:
                await pool.fetchval("SELECT 1")
            assert may_pass(raised.value)
            proxy.pass_()
            assert 1 == await pool.fetchval("SELECT 1")


async def test_a_host_that_hangs_holds_nobody_longer_than_the_limits(database_url, proxied, eventually):
    parts = urlsplit(database_url)
    limits = {"connect_timeout_s": 0.2, "statement_timeout_s": 0.4}
    async with proxied(parts.hostname, parts.port) as proxy:
        proxy.hang()
        async with open_pool(_by_way_of(database_url, proxy.port), application="pcf-test", **limits) as pool:
            proxy.pass_()
            assert 1 == await eventually(lambda: pool.fetchval("SELECT 1"), passing=FAULTS)
            proxy.hang()
            async with asyncio.timeout(5):
                with pytest.raises(FAULTS) as raised:
                    await pool.fetchval("SELECT 1")
            assert may_pass(raised.value)
            proxy.cut()
            assert 2 == await eventually(lambda: pool.fetchval("SELECT 2"), passing=FAULTS)


async def test_connections_that_break_off_are_replaced(database_url, proxied, eventually):
    parts = urlsplit(database_url)
    async with (
        proxied(parts.hostname, parts.port) as proxy,
        open_pool(_by_way_of(database_url, proxy.port), application="pcf-test") as pool,
    ):
        await asyncio.gather(*(pool.fetchval("SELECT 1") for _ in range(5)))
        proxy.cut()
        assert 1 == await eventually(lambda: pool.fetchval("SELECT 1"), passing=FAULTS)


async def test_a_restarted_server_is_used_again(eventually):
    with running_postgres() as server:
        async with open_pool(server.url(), application="pcf-test") as pool:
            assert 1 == await pool.fetchval("SELECT 1")
            server.kill()
            with pytest.raises(FAULTS) as raised:
                await pool.fetchval("SELECT 1")
            assert may_pass(raised.value)
            server.start()
            assert 1 == await eventually(lambda: pool.fetchval("SELECT 1"), passing=FAULTS)


async def test_of_several_hosts_it_finds_the_one_that_takes_writes_also_after_a_failover(eventually):
    with running_postgres(durable=True) as primary, primary.standby() as standby:
        primary.execute("CREATE TABLE kept (value int)")
        async with open_pool(_hosts(standby, primary), application="pcf-test", connect_timeout_s=1.0) as pool:
            await pool.execute("INSERT INTO kept VALUES (1)")
            primary.kill()
            standby.promote()
            assert await eventually(lambda: pool.execute("INSERT INTO kept VALUES (2)"), passing=FAULTS)
            assert [1, 2] == [row["value"] for row in await pool.fetch("SELECT value FROM kept ORDER BY value")]


async def test_a_read_only_standby_alone_is_waited_for_until_it_is_promoted(eventually):
    with running_postgres() as primary, primary.standby(synchronous=False) as standby:
        async with open_pool(standby.url(), application="pcf-test") as pool:
            with pytest.raises(FAULTS) as raised:
                await pool.fetchval("SELECT 1")
            assert may_pass(raised.value)
            standby.promote()
            assert 1 == await eventually(lambda: pool.fetchval("SELECT 1"), passing=FAULTS)


async def test_a_dead_host_in_front_does_not_matter(postgres, database_url):
    own = f"127.0.0.1:{postgres.port}"
    async with open_pool(database_url.replace(own, f"127.0.0.1:{free_port()},{own}"), application="pcf-test") as pool:
        assert 1 == await pool.fetchval("SELECT 1")


async def test_tls_is_used_and_its_certificate_looked_at(tmp_path):
    with running_postgres(tls=True) as server:
        async with open_pool(server.url(), application="pcf-test") as pool:
            assert await pool.fetchval("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        bare, _, query = server.url().partition("?")
        assert "sslmode=verify-full" in query
        with pytest.raises(DatabaseUnusableError, match=r"the database refuses the connection: .*no encryption"):
            async with open_pool(f"{bare}?sslmode=disable", application="pcf-test"):
                pass
        stranger = write_certificate(tmp_path).certificate
        with pytest.raises(DatabaseUnusableError, match="certificate is not trusted"):
            async with open_pool(f"{bare}?sslmode=verify-full&sslrootcert={stranger}", application="pcf-test"):
                pass


async def test_too_many_connections_pass(postgres, database_url):
    role = f"few_{secrets.token_hex(4)}"
    database = urlsplit(database_url).path.strip("/")
    postgres.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'x' CONNECTION LIMIT 1")
    url = postgres.url(database, user=role, password="x")
    async with open_pool(url, application="pcf-test") as pool:
        async with pool.acquire():
            with pytest.raises(asyncpg.TooManyConnectionsError) as raised:
                await pool.fetchval("SELECT 1")
        assert may_pass(raised.value)
        assert 1 == await pool.fetchval("SELECT 1")
    postgres.execute(f"DROP ROLE {role}")


@pytest.mark.parametrize(
    ("state", "passes"),
    [
        ("53100", True),  # disk full
        ("53200", True),  # out of memory
        ("58030", True),  # input or output failed
        ("40001", True),  # not serializable
        ("40P01", True),  # deadlock
        ("25006", True),  # read-only
        ("55P03", True),  # lock not available
        ("57014", True),  # cancelled
        ("57P01", True),  # shut down by an administrator
        ("57P02", True),  # shut down by a crash
        ("57P03", True),  # starting up
        ("08006", True),  # connection failure
        ("23505", False),  # not unique
        ("42P01", False),  # no such table
        ("42501", False),  # no right
        ("22P02", False),  # malformed value
    ],
)
async def test_which_states_pass(database_url, state, passes):
    async with open_pool(database_url, application="pcf-test") as pool:
        with pytest.raises(FAULTS) as raised:
            await pool.execute(f"DO $$ BEGIN RAISE EXCEPTION 'as tested' USING ERRCODE = '{state}'; END $$")
        assert passes == may_pass(raised.value)
