"""The PostgreSQL of the tests survives what they do to it."""

import asyncio

import asyncpg
import pytest

from tests.servers.postgres import postgres as running_postgres
from tests.servers.processes import ServerFailedError

pytestmark = pytest.mark.slow


def test_what_was_committed_is_there_after_a_kill():
    with running_postgres(durable=True) as server:
        port = server.port
        server.execute("CREATE TABLE kept AS SELECT 1 AS value")
        server.kill()
        with pytest.raises(ServerFailedError, match="psql failed"):
            server.execute("SELECT 1")
        server.start()
        assert ("1", port) == (server.execute("SELECT value FROM kept"), server.port)
        assert "on" == server.execute("SHOW fsync")


def test_what_was_committed_is_on_the_synchronous_standby_when_the_primary_is_gone():
    with running_postgres() as primary, primary.standby() as standby:
        primary.execute("CREATE TABLE kept AS SELECT 1 AS value")
        primary.kill()
        assert "t" == standby.execute("SELECT pg_is_in_recovery()")
        standby.promote()
        assert "2" == standby.execute("INSERT INTO kept VALUES (2); SELECT max(value) FROM kept")


async def test_a_paused_server_keeps_its_connections_and_answers_later():
    with running_postgres() as server:
        connection = await asyncpg.connect(server.url())
        server.pause()
        answer = asyncio.create_task(connection.fetchval("SELECT 1"))
        done, _ = await asyncio.wait([answer], timeout=0.1)
        assert not done
        server.resume()
        assert 1 == await answer
        await connection.close()


def test_each_database_is_empty_and_of_its_own(postgres):
    one, two = postgres.create_database(), postgres.create_database()
    postgres.execute("CREATE TABLE things (id int)", database=one)
    assert ["1", "0"] == [
        postgres.execute("SELECT count(*) FROM pg_class WHERE relname = 'things'", database=each) for each in (one, two)
    ]
    postgres.drop_database(one)
    postgres.drop_database(two)
