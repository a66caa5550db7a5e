"""Shared results in Redis: found again, and of no use to whoever reads along."""

import base64

import pytest
from pcf_generator.adapters.redis_results import RedisResults
from pcf_generator.ports.journal import Checkpoint
from pcf_runtime.sealing import BadSealingKeyError

SECRET = base64.b64encode(bytes(range(32))).decode()
OTHER = base64.b64encode(bytes(32)).decode()
SHARED = Checkpoint("5e" * 32, '{"files": [{"path": "Stars/index.ts", "text": "Größe für Contoso"}]}')


class FakeCache:
    def __init__(self):
        self.values = {}
        self.ttls = set()

    async def get(self, key):
        return self.values.get(key)

    async def put(self, key, value, *, ttl_s):
        self.values[key] = value
        self.ttls.add(ttl_s)


@pytest.fixture
def cache():
    return FakeCache()


def results(cache, secret=SECRET, **more):
    return RedisResults(cache, secret=secret, ttl_s=3600.0, **more)


async def test_what_was_kept_is_found_by_any_instance_with_the_secret(cache):
    await results(cache).keep(SHARED)
    assert SHARED == await results(cache, f"{SECRET}\n").find(SHARED.input_hash)
    assert {3600.0} == cache.ttls


async def test_what_was_not_kept_is_not_found(cache):
    assert None is await results(cache).find(SHARED.input_hash)


async def test_neither_key_nor_value_tells_what_it_is_about(cache):
    await results(cache).keep(SHARED)
    ((key, value),) = cache.values.items()
    assert SHARED.input_hash not in key
    assert [] == [word for word in (b"Stars", b"Contoso", "Größe".encode(), b"5e5e") if word in value]


async def test_another_secret_finds_nothing_of_it(cache):
    await results(cache).keep(SHARED)
    assert None is await results(cache, OTHER).find(SHARED.input_hash)
    await results(cache, OTHER).keep(SHARED)
    assert 2 == len(cache.values)


async def test_a_value_that_somebody_changed_is_a_miss_and_is_counted(cache):
    told = []
    index = results(cache, unsealable=lambda: told.append("unsealable"))
    await index.keep(SHARED)
    (key,) = cache.values
    for changed in (b"", b"\x01", cache.values[key][:-1], bytes(200), cache.values[key] + b"x"):
        cache.values[key] = changed
        assert None is await index.find(SHARED.input_hash)
    assert ["unsealable"] * 5 == told


async def test_a_value_at_another_place_is_a_miss(cache):
    index = results(cache)
    await index.keep(SHARED)
    await index.keep(Checkpoint("0f" * 32, "{}"))
    first, second = cache.values
    cache.values[first], cache.values[second] = cache.values[second], cache.values[first]
    assert (None, None) == (await index.find(SHARED.input_hash), await index.find("0f" * 32))


@pytest.mark.parametrize("secret", ["", "secret", base64.b64encode(bytes(31)).decode()])
def test_a_secret_that_is_none_is_refused(cache, secret):
    with pytest.raises(BadSealingKeyError):
        results(cache, secret)
