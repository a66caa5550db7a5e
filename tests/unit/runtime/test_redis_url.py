import pytest
from pcf_runtime.redis_client import BadRedisUrlError, RedisUrl


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("redis://cache", RedisUrl("", (("cache", 6379),))),
        ("redis://cache:7000/3", RedisUrl("", (("cache", 7000),), database=3)),
        ("redis://:s%40cret@cache", RedisUrl("", (("cache", 6379),), password="s@cret")),
        ("redis://app:pw@cache", RedisUrl("", (("cache", 6379),), user="app", password="pw")),
        ("redis://[::1]:7000", RedisUrl("", (("::1", 7000),))),
        (
            "rediss://cache?ca=/etc/ca.pem",
            RedisUrl("", (("cache", 6379),), is_tls=True, options={"ca": "/etc/ca.pem"}),
        ),
        (
            "redis+sentinel://app:pw@one,two:26380/main/2",
            RedisUrl(
                "sentinel", (("one", 26379), ("two", 26380)), user="app", password="pw", primary="main", database=2
            ),
        ),
        (
            "redis+sentinel://one/main?sentinel_password=x",
            RedisUrl("sentinel", (("one", 26379),), primary="main", options={"sentinel_password": "x"}),
        ),
        ("redis+cluster://one:7000,two", RedisUrl("cluster", (("one", 7000), ("two", 6379)))),
        ("rediss+cluster://one", RedisUrl("cluster", (("one", 6379),), is_tls=True)),
    ],
)
def test_is_read_from_a_setting(text, expected):
    assert expected == RedisUrl.parse(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "begins with redis://"),
        ("cache:6379", "begins with redis://"),
        ("http://cache", "begins with redis://"),
        ("redis+mesh://cache", "begins with redis://"),
        ("redis:///0", "names a host"),
        ("redis://:7000", "names no host"),
        ("redis+cluster://one,,two", "names no host"),
        ("redis://cache:70000", "a number up to 65535"),
        ("redis://cache:port", "a number up to 65535"),
        ("redis+sentinel://one", "names the primary in its path"),
        ("redis+sentinel://one/", "names the primary in its path"),
        ("redis://cache/zero", "the number of a database"),
        ("redis://cache/0/1", "the number of a database"),
        ("redis+cluster://cache/1", "a cluster has no databases"),
        ("redis://one,two", "names one host"),
        ("redis://cache?ssl=true", "knows the options ca, sentinel_password"),
    ],
)
def test_another_form_is_refused_with_a_sentence(text, why):
    with pytest.raises(BadRedisUrlError, match=why):
        RedisUrl.parse(text)


@pytest.mark.parametrize("text", ["redis://app:hunter2@cache:x", "rdis://app:hunter2@cache", "redis://app:hunter2@/0"])
def test_a_password_is_never_repeated(text):
    with pytest.raises(BadRedisUrlError) as raised:
        RedisUrl.parse(text)
    assert "hunter2" not in str(raised.value)


def test_does_not_show_its_password():
    assert "hunter2" not in repr(RedisUrl.parse("redis+sentinel://a:hunter2@b/main?sentinel_password=hunter2"))
