"""A database's password, a Redis account and a stored secret, changed while they are used: nobody notices."""

import asyncio
import secrets
from collections.abc import Callable
from pathlib import Path

import asyncpg
import boto3
import pytest
from pcf_runtime.postgres.faults import DatabaseUnusableError
from pcf_runtime.postgres.pool import open_pool
from pcf_runtime.redis_client import RedisUrl, close, connect
from pcf_runtime.settings import ConfigurationError, ServiceSettings, load
from pydantic import SecretStr
from pydantic_settings import SettingsConfigDict

from tests.servers.postgres import Postgres
from tests.servers.redis import Redis
from tests.servers.s3 import S3

SetVariable = Callable[[str, str], None]


class DemoSettings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="PCF_ROTATED_")
    database_url: SecretStr = SecretStr("")
    redis_url: SecretStr = SecretStr("")


def rewrite(file: Path, text: str) -> None:
    """As orchestrators do it: never half a file."""
    draft = file.with_suffix(".new")
    draft.write_text(text)
    draft.rename(file)


class Account:
    """A login of the database whose password changes, and the file that holds its URL."""

    def __init__(self, postgres: Postgres, file: Path) -> None:
        self.name = f"rotated_{secrets.token_hex(4)}"
        self._postgres = postgres
        self.file = file
        self.password = "first"
        postgres.execute(f"CREATE ROLE {self.name} LOGIN PASSWORD 'first'")
        self.write()

    def alter(self) -> None:
        self._postgres.execute(f"ALTER ROLE {self.name} PASSWORD '{self.password}'")

    def write(self) -> None:
        rewrite(self.file, self._postgres.url(user=self.name, password=self.password))

    def drop_connections(self) -> None:
        """Those that are idle: what works is not disturbed."""
        self._postgres.execute(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{self.name}' AND state = 'idle'"
        )


@pytest.fixture
def account(postgres: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    made = Account(postgres, tmp_path / "url")
    monkeypatch.setenv("PCF_ROTATED_DATABASE_URL_FILE", str(made.file))
    yield made
    postgres.execute(f"DROP ROLE {made.name}")


@pytest.mark.slow
@pytest.mark.parametrize("order", ["database first", "file first"])
async def test_a_password_changes_under_load_and_no_statement_fails(account: Account, order: str):
    source = load(DemoSettings).source("database_url")
    stop, done = asyncio.Event(), 0
    async with open_pool(source, application="pcf-rotated", size=8) as pool:

        async def work() -> None:
            nonlocal done
            while not stop.is_set():
                # A connection of its own each time, so that every statement shows the password.
                await pool.expire_connections()
                assert 1 == await pool.fetchval("SELECT 1")
                done += 1

        async def more() -> None:
            before = done
            # What is waited for is work that goes on all the time, and there is no event for it.
            while done < before + 20 and not any(each.done() for each in workers):  # noqa: ASYNC110
                await asyncio.sleep(0.01)

        workers = [asyncio.create_task(work()) for _ in range(4)]
        for turn in range(3):
            await more()
            account.password = f"password-{turn}"
            steps = [account.alter, account.write]
            for step in steps if order == "database first" else reversed(steps):
                await asyncio.to_thread(step)
                await asyncio.sleep(0.3)  # the time between the two, in which new connections are refused
        await more()
        stop.set()
        await asyncio.gather(*workers)


async def test_open_connections_live_on_and_lost_ones_come_back_with_the_new_password(account: Account):
    async with open_pool(load(DemoSettings).source("database_url"), application="pcf-rotated", size=1) as pool:
        session = await pool.fetchval("SELECT pg_backend_pid()")
        account.password = "second"
        account.alter()
        account.write()
        assert session == await pool.fetchval("SELECT pg_backend_pid()")
        account.drop_connections()
        async with asyncio.timeout(10):
            while True:
                try:
                    assert session != await pool.fetchval("SELECT pg_backend_pid()")
                    break
                except asyncpg.PostgresConnectionError:  # the first statement finds the connection dead
                    continue


@pytest.mark.slow
async def test_a_password_that_stays_wrong_is_said_and_not_shown(account: Account):
    rewrite(account.file, account._postgres.url(user=account.name, password="hunter2"))
    with pytest.raises(DatabaseUnusableError, match="refuses the user or its password") as raised:
        async with open_pool(load(DemoSettings).source("database_url"), application="pcf-rotated"):
            pass
    assert "hunter2" not in str(raised.value)


async def test_a_file_that_becomes_nonsense_fails_as_faults_do(account: Account):
    async with open_pool(load(DemoSettings).source("database_url"), application="pcf-rotated", size=1) as pool:
        await pool.expire_connections()
        rewrite(account.file, "hunter2")
        with pytest.raises(asyncpg.InterfaceError, match="no URL of PostgreSQL") as raised:
            await pool.fetchval("SELECT 1")
        assert "hunter2" not in str(raised.value)
        account.write()
        assert 1 == await pool.fetchval("SELECT 1")


async def test_a_redis_account_changes_and_new_connections_follow(
    redis_server: Redis, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    file, user = tmp_path / "redis", f"user{secrets.token_hex(4)}"
    redis_server.ask("ACL", "SETUSER", user, "on", ">first", "~*", "+@all")
    plain = redis_server.url()
    rewrite(file, plain.replace("redis://", f"redis://{user}:first@"))
    monkeypatch.setenv("PCF_ROTATED_REDIS_URL_FILE", str(file))
    settings = load(DemoSettings)
    url = RedisUrl.parse(settings.redis_url.get_secret_value())
    client = connect(url, timeout_s=5, application="rotated", secret=settings.source("redis_url"))
    try:
        assert await client.ping()
        redis_server.ask("ACL", "SETUSER", user, ">second", "<first")
        rewrite(file, plain.replace("redis://", f"redis://{user}:second@"))
        await client.connection_pool.disconnect()
        assert await client.ping()
    finally:
        await close(client)
        redis_server.ask("ACL", "DELUSER", user)


@pytest.fixture
def secrets_manager(s3: S3, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", s3.endpoint)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    return boto3.client("secretsmanager")


def test_a_setting_is_read_from_secrets_manager(secrets_manager, monkeypatch: pytest.MonkeyPatch):
    name = f"pcf/{secrets.token_hex(4)}"
    secrets_manager.create_secret(Name=name, SecretString='{"url": "postgresql://u:hunter2@h/d", "port": 5}')
    monkeypatch.setenv("PCF_ROTATED_DATABASE_URL_SECRET", f"aws:{name}#url")
    assert "postgresql://u:hunter2@h/d" == load(DemoSettings).database_url.get_secret_value()
    assert "hunter2" not in str(load(DemoSettings).describe())


async def test_a_stored_secret_that_was_refused_is_read_again_at_once(secrets_manager, monkeypatch: pytest.MonkeyPatch):
    name = f"pcf/{secrets.token_hex(4)}"
    secrets_manager.create_secret(Name=name, SecretString="first")
    monkeypatch.setenv("PCF_ROTATED_DATABASE_URL_SECRET", f"aws:{name}")
    source = load(DemoSettings).source("database_url")
    secrets_manager.put_secret_value(SecretId=name, SecretString="second")
    assert "first" == await source.read()
    assert "second" == await source.after("first", within_s=10)
    assert "second" == await source.read()


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        ("aws:pcf/nowhere", "aws:pcf/nowhere cannot be read: ResourceNotFoundException"),
        ("aws:pcf/plain#url", "aws:pcf/plain#url cannot be read: it is no JSON object with that key"),
        ("hunter2", "is written as aws:name-of-the-secret"),
        ("aws:", "is written as aws:name-of-the-secret"),
    ],
)
def test_what_cannot_be_read_is_said_by_the_setting_s_name(
    secrets_manager, monkeypatch: pytest.MonkeyPatch, reference: str, why: str
):
    if reference.startswith("aws:pcf/plain"):
        secrets_manager.create_secret(Name="pcf/plain", SecretString="hunter2")
    monkeypatch.setenv("PCF_ROTATED_DATABASE_URL_SECRET", reference)
    with pytest.raises(ConfigurationError) as raised:
        load(DemoSettings)
    (problem,) = raised.value.problems
    assert problem.startswith("PCF_ROTATED_DATABASE_URL_SECRET ")
    assert why in problem
    assert "hunter2" not in problem


def test_an_unreachable_secrets_manager_is_said(monkeypatch: pytest.MonkeyPatch, s3: S3):
    monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("PCF_ROTATED_DATABASE_URL_SECRET", "aws:pcf/x")
    with pytest.raises(ConfigurationError, match="PCF_ROTATED_DATABASE_URL_SECRET aws:pcf/x cannot be read: Endpoint"):
        load(DemoSettings)
