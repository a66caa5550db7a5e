"""Every call of a bucket, against a real S3 protocol; keys and rights are in test_s3_rights.py."""

import asyncio
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError
from pcf_runtime.bucket_url import BucketUrl
from pcf_runtime.s3 import Bucket, BucketRefusedError, BucketUnavailableError, ObjectMissingError

IMPATIENT = {"connect_timeout_s": 0.2, "read_timeout_s": 0.3}


@asynccontextmanager
async def opened(url: str, **limits: float) -> AsyncIterator[Bucket]:
    bucket = Bucket(BucketUrl.parse(url), **limits)
    yield bucket
    bucket.close()


@pytest.fixture
async def bucket(bucket_url) -> AsyncIterator[Bucket]:
    async with opened(bucket_url) as bucket:
        yield bucket


@pytest.mark.parametrize("body", [b"", b"x", b"\x00\xff" * 500_000], ids=len)
async def test_gives_back_what_was_put(bucket, body):
    assert await bucket.put("folder/name ü+%20.bin", body)
    assert body == await bucket.get("folder/name ü+%20.bin")


async def test_says_what_it_knows_of_an_object(bucket):
    before = datetime.now(UTC)
    await bucket.put("key", b"12345", metadata={"release": "abc"})
    info = await bucket.head("key")
    assert (5, {"release": "abc"}) == (info.size_bytes, dict(info.metadata))
    assert info.etag
    assert abs(info.modified - before) < timedelta(minutes=1)


async def test_an_object_that_is_not_there(bucket):
    with pytest.raises(ObjectMissingError, match=r"^key$"):
        await bucket.get("key")
    with pytest.raises(ObjectMissingError, match=r"^key$"):
        await bucket.get_if_changed("key", etag="")
    assert await bucket.head("key") is None
    await bucket.delete("key")


async def test_a_deleted_object_is_gone(bucket):
    await bucket.put("key", b"value")
    await bucket.delete("key")
    assert await bucket.head("key") is None


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0, None, b"0123456789"),
        (3, None, b"3456789"),
        (0, 4, b"0123"),
        (3, 5, b"34"),
        (3, 3, b""),
        (0, 0, b""),
        (8, 100, b"89"),
    ],
)
async def test_gives_a_part(bucket, start, end, expected):
    await bucket.put("key", b"0123456789")
    assert expected == await bucket.get("key", start=start, end=end)


async def test_stays_below_its_prefix(s3):
    name = s3.create_bucket()
    async with opened(s3.url(name, prefix="one")) as one, opened(s3.url(name, prefix="one-more/deep/")) as other:
        await one.put("a/key", b"1")
        await other.put("key", b"2")
        assert [["a/key"], ["key"]] == [await one.keys(), await other.keys()]
        assert b"1" == await one.get("a/key")
        assert await other.head("a/key") is None
    assert ["one-more/deep/key", "one/a/key"] == [
        each["Key"] for each in s3.client.list_objects_v2(Bucket=name)["Contents"]
    ]


async def test_lists_what_begins_with_a_text_in_order(bucket):
    for key in ("b/2", "a/1", "b/1", "ba"):
        await bucket.put(key, b"")
    assert [["a/1", "b/1", "b/2", "ba"], ["b/1", "b/2"], []] == [
        await bucket.keys(),
        await bucket.keys("b/"),
        await bucket.keys("c"),
    ]


async def test_lists_more_than_a_page(bucket):
    keys = [f"key-{number:04}" for number in range(1_001)]
    await asyncio.gather(*(bucket.put(key, b"") for key in keys))
    assert keys == await bucket.keys()


async def test_reads_again_only_what_has_changed(bucket):
    await bucket.put("pointer", b"one")
    body, etag = await bucket.get_if_changed("pointer", etag="")
    assert b"one" == body
    assert await bucket.get_if_changed("pointer", etag=etag) is None
    await bucket.put("pointer", b"two")
    body, new = await bucket.get_if_changed("pointer", etag=etag)
    assert b"two" == body
    assert new != etag


async def test_what_is_there_is_not_overwritten_where_it_must_be_absent(bucket):
    assert await bucket.put("key", b"first", only_if_absent=True)
    assert not await bucket.put("key", b"second", only_if_absent=True)
    assert b"first" == await bucket.get("key")


async def test_what_has_changed_is_not_overwritten(bucket):
    await bucket.put("key", b"first")
    etag = (await bucket.head("key")).etag
    assert await bucket.put("key", b"second", only_if_etag=etag)
    assert not await bucket.put("key", b"third", only_if_etag=etag)
    assert b"second" == await bucket.get("key")


async def test_a_signed_address_gives_anybody_the_file_under_its_name(bucket):
    await bucket.put("0f3a", b"zip", content_type="application/octet-stream")
    address = await bucket.presign("0f3a", seconds=60, filename="StarRating.zip", media_type="application/zip")
    with await asyncio.to_thread(urllib.request.urlopen, address) as answer:
        assert b"zip" == answer.read()
        assert "application/zip" == answer.headers["Content-Type"]
        assert 'attachment; filename="StarRating.zip"' == answer.headers["Content-Disposition"]


async def test_what_is_retained_cannot_be_deleted(s3):
    name = s3.create_bucket(object_lock=True)
    until = datetime.now(UTC) + timedelta(days=1)
    async with opened(s3.url(name)) as bucket:
        assert await bucket.put("log.jsonl", b"{}", retain_until=until)
    version = s3.client.head_object(Bucket=name, Key="log.jsonl")
    assert "COMPLIANCE" == version["ObjectLockMode"]
    assert abs(version["ObjectLockRetainUntilDate"] - until) < timedelta(seconds=2)
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.client.delete_object(Bucket=name, Key="log.jsonl", VersionId=version["VersionId"])


async def test_a_bucket_that_is_not_there_is_refused_in_a_sentence(s3):
    async with opened(s3.url("nowhere", prefix="p")) as bucket:
        for call in (bucket.get("key"), bucket.put("key", b""), bucket.keys()):
            with pytest.raises(BucketRefusedError, match=r"^s3://nowhere/p refuses this: NoSuchBucket "):
                await call


async def test_an_endpoint_where_nobody_listens_may_be_there_later(s3, proxied, eventually):
    async with proxied("127.0.0.1", s3.port) as proxy:
        url = s3.url(s3.create_bucket(), endpoint=f"http://127.0.0.1:{proxy.port}")
        async with opened(url, **IMPATIENT) as bucket:
            proxy.refuse()
            for call in (bucket.get("key"), bucket.head("key"), bucket.put("key", b""), bucket.keys()):
                with pytest.raises(BucketUnavailableError, match="is not reached: EndpointConnectionError"):
                    await call
            proxy.pass_()
            assert await eventually(lambda: bucket.put("key", b""), passing=BucketUnavailableError)


async def test_an_endpoint_that_hangs_holds_nobody_longer_than_the_limits(s3, proxied, eventually):
    async with proxied("127.0.0.1", s3.port) as proxy:
        url = s3.url(s3.create_bucket(), endpoint=f"http://127.0.0.1:{proxy.port}")
        async with opened(url, **IMPATIENT) as bucket:
            await eventually(lambda: bucket.put("key", b"value"), passing=BucketUnavailableError)
            proxy.hang()
            async with asyncio.timeout(10):
                with pytest.raises(BucketUnavailableError, match="is not reached: ReadTimeoutError"):
                    await bucket.get("key")
            proxy.pass_()
            assert b"value" == await eventually(lambda: bucket.get("key"), passing=BucketUnavailableError)


async def test_an_answer_that_breaks_off_in_the_middle_is_no_object(s3, proxied, eventually):
    async with proxied("127.0.0.1", s3.port) as proxy:
        url = s3.url(s3.create_bucket(), endpoint=f"http://127.0.0.1:{proxy.port}")
        async with opened(url) as bucket:
            await bucket.put("key", bytes(8_000_000))
            proxy.slow(0.05)
            reading = asyncio.create_task(bucket.get("key"))
            passed = proxy.passed_bytes

            async def under_way() -> bool:
                return proxy.passed_bytes > passed + 200_000

            await eventually(under_way)
            proxy.refuse()
            with pytest.raises(BucketUnavailableError):
                await reading


async def test_an_upload_that_breaks_off_leaves_no_object(s3, proxied, eventually):
    async with proxied("127.0.0.1", s3.port) as proxy:
        name = s3.create_bucket()
        async with opened(s3.url(name, endpoint=f"http://127.0.0.1:{proxy.port}")) as bucket:
            assert await bucket.head("key") is None
            proxy.slow(0.05)
            writing = asyncio.create_task(bucket.put("key", bytes(8_000_000)))
            passed = proxy.passed_bytes

            async def under_way() -> bool:
                return proxy.passed_bytes > passed + 200_000

            await eventually(under_way)
            proxy.refuse()
            with pytest.raises(BucketUnavailableError):
                await writing
            proxy.pass_()
            assert await bucket.head("key") is None


@pytest.mark.parametrize(("kms", "key"), [("alias/pcf", "alias/pcf"), ("aws/s3", None)])
async def test_what_is_put_is_encrypted_with_the_key_of_the_url(bucket_url, kms, key):
    async with opened(f"{bucket_url}&kms={kms}") as bucket:
        await bucket.put("key", b"value")
        at = {"Bucket": bucket.url.bucket, "Key": bucket.url.key("key")}
        found = await bucket.call(lambda s3: s3.head_object(**at))
        assert ("aws:kms", True) == (found["ServerSideEncryption"], found["BucketKeyEnabled"])
        assert key is None or key == found["SSEKMSKeyId"]
        assert b"value" == await bucket.get("key")


async def test_without_a_key_the_bucket_s_own_default_holds(bucket):
    await bucket.put("key", b"value")
    at = {"Bucket": bucket.url.bucket, "Key": bucket.url.key("key")}
    assert "SSEKMSKeyId" not in await bucket.call(lambda s3: s3.head_object(**at))
