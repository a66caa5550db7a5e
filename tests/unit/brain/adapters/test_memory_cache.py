from pcf_brain.adapters.memory_cache import MemoryCache


async def test_what_was_put_is_there():
    cache = MemoryCache(limit_bytes=10)
    await cache.put("a", b"x")
    assert await cache.get("a") == b"x"


async def test_what_was_not_put_is_not_there():
    assert await MemoryCache(limit_bytes=10).get("a") is None


async def test_empty_content_is_content():
    cache = MemoryCache(limit_bytes=10)
    await cache.put("a", b"")
    assert await cache.get("a") == b""


async def test_what_was_used_longest_ago_goes_first():
    cache = MemoryCache(limit_bytes=10)
    await cache.put("a", b"12345")
    await cache.put("b", b"12345")
    await cache.get("a")
    await cache.put("c", b"1")
    assert [await cache.get(key) for key in "abc"] == [b"12345", None, b"1"]


async def test_one_large_content_may_push_out_several():
    cache = MemoryCache(limit_bytes=10)
    for key in "abc":
        await cache.put(key, b"123")
    await cache.put("d", b"1234567890")
    assert [await cache.get(key) for key in "abcd"] == [None, None, None, b"1234567890"]


async def test_what_is_larger_than_the_cache_is_not_kept_and_pushes_nothing_out():
    cache = MemoryCache(limit_bytes=10)
    await cache.put("a", b"1")
    await cache.put("b", b"12345678901")
    assert [await cache.get(key) for key in "ab"] == [b"1", None]


async def test_the_same_content_counts_once():
    cache = MemoryCache(limit_bytes=10)
    for _ in range(5):
        await cache.put("a", b"12345")
    await cache.put("b", b"12345")
    assert [await cache.get(key) for key in "ab"] == [b"12345", b"12345"]
