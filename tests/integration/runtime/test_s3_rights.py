"""A bucket with keys and rights, on SeaweedFS: what is refused is told in a sentence and without a secret."""

import asyncio
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from pcf_runtime.bucket_url import BucketUrl
from pcf_runtime.s3 import Bucket, BucketRefusedError

from tests.servers.s3 import READER, WRITER, Keys, using


@pytest.fixture
def url(seaweed) -> BucketUrl:
    """A new bucket in which one object lies."""
    name = seaweed.create_bucket()
    seaweed.client.put_object(Bucket=name, Key="key", Body=b"value")
    return BucketUrl.parse(seaweed.url(name))


@pytest.fixture
def bucket(url) -> Iterator[Bucket]:
    bucket = Bucket(url)
    yield bucket
    bucket.close()


async def test_the_keys_of_the_environment_are_used(bucket):
    with using(WRITER):
        assert await bucket.put("other", b"more", only_if_absent=True)
        assert [b"more", b"value"] == [await bucket.get("other"), await bucket.get("key")]
        assert ["key", "other"] == await bucket.keys()


async def test_whoever_may_only_read_cannot_write(bucket):
    with using(READER):
        assert b"value" == await bucket.get("key")
        with pytest.raises(BucketRefusedError, match="refuses this: AccessDenied"):
            await bucket.put("key", b"other")
        with pytest.raises(BucketRefusedError, match="refuses this: AccessDenied"):
            await bucket.delete("key")
        assert b"value" == await bucket.get("key")


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        (Keys("UNKNOWN", "hunter2"), "InvalidAccessKeyId"),
        (Keys(WRITER.access, "hunter2"), "SignatureDoesNotMatch"),
    ],
)
async def test_wrong_keys_are_refused_and_not_repeated(bucket, keys, why):
    with using(keys):
        for call in (bucket.get("key"), bucket.put("key", b"x"), bucket.keys()):
            with pytest.raises(BucketRefusedError, match=f"refuses this: {why}") as raised:
                await call
            assert "hunter2" not in str(raised.value)


async def test_without_keys_it_says_where_to_put_them(bucket):
    with using(Keys("", "")), pytest.raises(BucketRefusedError, match=r"no credentials for .* set AWS_ACCESS_KEY_ID"):
        await bucket.get("key")


async def test_of_many_that_put_at_once_where_it_must_be_absent_one_does(bucket):
    with using(WRITER):
        done = await asyncio.gather(*(bucket.put("race", f"{n}".encode(), only_if_absent=True) for n in range(20)))
        assert 1 == done.count(True)
        assert f"{done.index(True)}".encode() == await bucket.get("race")


async def test_a_signed_address_needs_no_keys_and_holds_for_its_object_only(bucket, url):
    with using(READER):
        address = await bucket.presign("key", seconds=60, filename="a.txt", media_type="text/plain")
    with await asyncio.to_thread(urllib.request.urlopen, address) as answer:
        assert b"value" == answer.read()
    for refused in (address.replace("/key?", "/other?"), f"{url.endpoint}/{url.bucket}/key"):
        with pytest.raises(urllib.error.HTTPError, match="403") as raised:
            await asyncio.to_thread(urllib.request.urlopen, refused)
        raised.value.close()
