"""The Redis of a region that takes over."""

from pathlib import Path

import pytest
from pcf_ops.cache import promote
from redis.exceptions import ReadOnlyError

from tests.servers.redis import redis


async def test_a_replica_keeps_what_it_has_and_takes_writes_from_then_on(tmp_path: Path):
    with redis() as primary, redis(settings=[f"replicaof 127.0.0.1 {primary.port}"]) as replica:
        primary.ask("SET", "warm", "yes")
        assert 1 == primary.ask("WAIT", 1, 20_000)
        with pytest.raises(ReadOnlyError):
            replica.ask("SET", "more", "yes")
        primary.kill()
        (tmp_path / "url").write_text(f"{replica.url()}\n")

        assert "" == await promote(tmp_path / "url")

        replica.ask("SET", "more", "yes")
        assert ("yes", "yes") == (replica.ask("GET", "warm"), replica.ask("GET", "more"))


@pytest.mark.parametrize(
    ("url", "said"),
    [("redis://:s3cret@127.0.0.1:1/0", "ConnectionError"), ("http://s3cret", "a Redis URL begins with")],
)
async def test_what_is_wrong_is_told_without_the_password(url: str, said: str, tmp_path: Path):
    (tmp_path / "url").write_text(url)

    wrong = await promote(tmp_path / "url")

    assert said in wrong
    assert "s3cret" not in wrong
