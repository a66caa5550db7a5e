"""A pytest plugin: the servers as fixtures, each started when a test first asks for it, once for each xdist worker.

A server that is not installed is no fault of the code: its tests are left out, and so are those that take their time
(marked `slow`); the end of the run says which and why. Where PCF_NEED_ALL is set, as `make test-integration` does, the
ones fail and the others run.
"""

import os
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractAsyncContextManager

import pytest

from tests.servers.postgres import Postgres
from tests.servers.postgres import postgres as running_postgres
from tests.servers.programs import MissingProgramError
from tests.servers.proxy import Proxy
from tests.servers.proxy import proxied as running_proxy
from tests.servers.redis import Redis
from tests.servers.redis import redis as running_redis
from tests.servers.s3 import S3, moto
from tests.servers.s3 import seaweed as running_seaweed

_NEED_ALL = "PCF_NEED_ALL"
_LEFT_OUT = "left out: "


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The PostgreSQL that tests share which need no other than a database of their own."""
    with running_postgres() as server:
        yield server


@pytest.fixture
def database_url(postgres: Postgres) -> Iterator[str]:
    """A new, empty database, as its superuser."""
    name = postgres.create_database()
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture(scope="session")
def redis_server() -> Iterator[Redis]:
    """The Redis that tests share."""
    with running_redis() as server:
        yield server


@pytest.fixture
def redis_url(redis_server: Redis) -> str:
    """An empty Redis."""
    redis_server.ask("FLUSHALL")
    return redis_server.url()


@pytest.fixture(scope="session")
def s3() -> Iterator[S3]:
    """The S3 that tests share: in memory, any key will do."""
    with moto() as server:
        yield server


@pytest.fixture
def bucket_url(s3: S3) -> str:
    """A new, empty bucket; the environment holds keys for it."""
    return s3.url(s3.create_bucket())


@pytest.fixture(scope="session")
def seaweed() -> Iterator[S3]:
    """The S3 with keys and rights."""
    with running_seaweed() as server:
        yield server


@pytest.fixture
def proxied() -> Callable[[str, int], AbstractAsyncContextManager[Proxy]]:
    """A proxy in front of a host and port: `async with proxied(host, port) as proxy`."""
    return running_proxy


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if os.environ.get(_NEED_ALL):
        return
    for item in items:
        if item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.skip(f"{_LEFT_OUT}they take their time; `make test-integration` runs them"))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_setup() -> Generator[None, object, object]:
    return (yield from _leave_out_what_is_missing())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call() -> Generator[None, object, object]:
    return (yield from _leave_out_what_is_missing())


def _leave_out_what_is_missing() -> Generator[None, object, object]:
    try:
        return (yield)
    except MissingProgramError as missing:
        if os.environ.get(_NEED_ALL):
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(f"{_LEFT_OUT}{missing}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the run says nothing about."""
    skipped = [report.longrepr for report in terminalreporter.stats.get("skipped", [])]
    reasons = [repr_[2].removeprefix("Skipped: ") for repr_ in skipped if isinstance(repr_, tuple)]
    counted = Counter(reason.removeprefix(_LEFT_OUT) for reason in reasons if reason.startswith(_LEFT_OUT))
    if counted:
        terminalreporter.section("left out")
    for reason, count in counted.most_common():
        terminalreporter.write_line(f"{count} {'test' if count == 1 else 'tests'}: {reason}")
