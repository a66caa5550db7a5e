"""Artifacts in a bucket, with a bucket that does what a test needs; tests/integration has real ones."""

import asyncio
import hashlib
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from pcf_generator.adapters.s3_artifacts import CHUNK, PART, Keeping, S3Artifacts
from pcf_generator.artifact_store import ArtifactDamaged, ArtifactGone, Link
from pcf_generator.domain.build import Artifact
from pcf_generator.ports.packing import ArtifactsUnavailable
from pcf_runtime.bucket_url import BucketUrl
from pcf_runtime.s3 import BucketRefusedError, BucketUnavailableError, ObjectInfo, ObjectMissingError
from pcf_runtime.testing import FakeClock

CONTENT = bytes(range(256)) * (PART // 256) + b"and a part"
SHA256 = hashlib.sha256(CONTENT).hexdigest()
KEY = f"sha256/{SHA256[:2]}/{SHA256}"
ARTIFACT = Artifact("source", "Stars-source.zip", "application/zip", SHA256, len(CONTENT))


@dataclass
class FakeBucket:
    """The parts of `Bucket` that artifacts need. Each call raises the first of `faults`, as long as there are any."""

    clock: FakeClock
    objects: dict = field(default_factory=dict)
    faults: list = field(default_factory=list)
    puts: list = field(default_factory=list)
    gets: list = field(default_factory=list)
    hangs: bool = False
    url: BucketUrl = field(default_factory=lambda: BucketUrl("artifacts", "prefix"))

    async def put(self, key, body, *, content_type, only_if_absent=False):
        await self._answer()
        if only_if_absent and key in self.objects:
            return False
        self.puts.append((key, content_type, only_if_absent))
        self.objects[key] = (body, self.clock.now())
        return True

    async def head(self, key):
        await self._answer()
        if key not in self.objects:
            return None
        body, modified = self.objects[key]
        return ObjectInfo(len(body), "etag", modified)

    async def get(self, key, *, start, end):
        await self._answer()
        self.gets.append((start, end))
        if key not in self.objects:
            raise ObjectMissingError(key)
        return self.objects[key][0][start:end]

    async def presign(self, key, *, seconds, filename, media_type):
        await self._answer()
        return f"https://bucket.example/{key}?{seconds}&{filename}&{media_type}"

    async def call(self, work):
        await self._answer()

    async def _answer(self):
        if self.hangs:
            await asyncio.Event().wait()
        if self.faults:
            raise self.faults.pop(0)


@pytest.fixture
def bucket():
    return FakeBucket(FakeClock())


@pytest.fixture
def make(bucket):
    """The store, with other keeping than the usual: 30 days, a link for a minute."""

    def made(*, days=30, link_s=60, call_s=20.0):
        return S3Artifacts(bucket, keeping=Keeping(days=days, link_s=link_s, call_s=call_s), clock=bucket.clock.now)

    return made


async def put(artifacts, content=CONTENT):
    return await artifacts.put(
        kind="source", filename="Stars-source.zip", media_type="application/zip", content=content
    )


async def read(artifacts, *, artifact=ARTIFACT, offset=0, limit=2**40):
    return [chunk async for chunk in artifacts.read(artifact, offset=offset, limit=limit)]


async def test_what_was_put_is_described_held_and_read(make, bucket):
    artifacts = make()
    assert ARTIFACT == await put(artifacts)
    assert [(KEY, "application/zip", True)] == bucket.puts
    assert await artifacts.holds(ARTIFACT)
    assert await artifacts.lasts(ARTIFACT)
    assert CONTENT == b"".join(await read(artifacts))


async def test_what_was_not_put_is_not_held(make):
    assert not await make().holds(ARTIFACT)
    assert not await make().lasts(ARTIFACT)
    with pytest.raises(ArtifactGone):
        await read(make())


async def test_the_same_content_is_stored_once(make, bucket):
    await put(make())
    await put(make())
    assert 1 == len(bucket.puts)


@pytest.mark.parametrize(
    ("days", "age", "lasts"), [(30, 15, True), (30, 15.1, False), (30, 29, False), (0, 9999, True)]
)
async def test_what_is_past_half_of_its_days_is_held_and_does_not_last(make, bucket, days, age, lasts):
    artifacts = make(days=days)
    await put(artifacts)
    bucket.clock.advance(timedelta(days=age).total_seconds())
    assert (True, lasts) == (await artifacts.holds(ARTIFACT), await artifacts.lasts(ARTIFACT))


async def test_what_does_not_last_is_written_anew(make, bucket):
    artifacts = make()
    await put(artifacts)
    bucket.clock.advance(timedelta(days=20).total_seconds())
    assert ARTIFACT == await put(artifacts)
    assert [True, False] == [only_if_absent for _, _, only_if_absent in bucket.puts]
    assert await artifacts.lasts(ARTIFACT)


async def test_half_an_object_is_none_and_is_written_anew(make, bucket):
    artifacts = make()
    bucket.objects[KEY] = (CONTENT[:100], bucket.clock.now())
    assert (False, False) == (await artifacts.holds(ARTIFACT), await artifacts.lasts(ARTIFACT))
    await put(artifacts)
    assert CONTENT == b"".join(await read(artifacts))


async def test_chunks_are_no_larger_than_64_kib_and_come_in_parts(make, bucket):
    await put(make())
    assert [*[CHUNK] * 16, 10] == [len(chunk) for chunk in await read(make())]
    assert [(0, PART), (PART, len(CONTENT))] == bucket.gets


@pytest.mark.parametrize(
    ("offset", "limit"), [(0, 1), (5, 10), (CHUNK - 1, 2), (PART - 1, 2), (100, PART), (len(CONTENT) - 1, 100)]
)
async def test_a_range_is_read(make, offset, limit):
    await put(make())
    assert CONTENT[offset : offset + limit] == b"".join(await read(make(), offset=offset, limit=limit))


@pytest.mark.parametrize(("offset", "limit"), [(len(CONTENT), 100), (0, 0)])
async def test_nothing_is_asked_for_an_empty_range(make, bucket, offset, limit):
    await put(make())
    assert ([], []) == (await read(make(), offset=offset, limit=limit), bucket.gets)


async def test_an_empty_content_is_a_content(make):
    empty = await put(make(), b"")
    assert await make().holds(empty)
    assert [] == await read(make(), artifact=empty)


@pytest.mark.parametrize("place", [0, PART - 1, PART, len(CONTENT) - 1])
async def test_a_flipped_bit_anywhere_is_found_before_the_last_part_is_given(make, bucket, place):
    await put(make())
    damaged = bytearray(CONTENT)
    damaged[place] ^= 1
    bucket.objects[KEY] = (bytes(damaged), bucket.clock.now())
    given = []

    async def receive():
        async for chunk in make().read(ARTIFACT, offset=0, limit=len(CONTENT)):
            given.append(chunk)  # noqa: PERF401 - what came before the error counts

    with pytest.raises(ArtifactDamaged):
        await receive()
    assert PART == sum(map(len, given))


async def test_an_object_that_is_too_short_is_damaged(make, bucket):
    await put(make())
    bucket.objects[KEY] = (CONTENT[:-1], bucket.clock.now())
    with pytest.raises(ArtifactDamaged):
        await read(make(), offset=PART)


async def test_an_object_that_goes_while_it_is_read_is_gone(make, bucket):
    await put(make())
    chunks = make().read(ARTIFACT, offset=0, limit=len(CONTENT))
    await anext(chunks)
    bucket.objects.clear()
    with pytest.raises(ArtifactGone):
        [chunk async for chunk in chunks]


async def test_a_link_holds_as_long_as_it_says_and_saves_under_the_file_s_name(make, bucket):
    link = await make(link_s=60).link(ARTIFACT)
    url = f"https://bucket.example/{KEY}?60&Stars-source.zip&application/zip"
    assert Link(url, bucket.clock.now() + timedelta(seconds=60)) == link


async def test_without_a_time_no_links_are_given(make):
    assert None is await make(link_s=0).link(ARTIFACT)


CALLS = {
    "put": put,
    "holds": lambda artifacts: artifacts.holds(ARTIFACT),
    "lasts": lambda artifacts: artifacts.lasts(ARTIFACT),
    "link": lambda artifacts: artifacts.link(ARTIFACT),
    "read": read,
    "ping": lambda artifacts: artifacts.ping(),
}
FAULTS = [BucketUnavailableError("s3://artifacts does not answer now: SlowDown"), BucketRefusedError("no such bucket")]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
async def test_a_bucket_that_fails_or_refuses_is_away(make, bucket, call, fault):
    bucket.faults = [fault]
    with pytest.raises(ArtifactsUnavailable, match=str(fault)):
        await CALLS[call](make())


@pytest.mark.parametrize("call", CALLS)
async def test_a_bucket_that_hangs_is_away(make, bucket, call):
    bucket.hangs = True
    with pytest.raises(ArtifactsUnavailable, match="s3://artifacts/prefix does not answer in time"):
        await CALLS[call](make(call_s=0.01))


async def test_a_bucket_that_refuses_at_the_start_stops_it_with_the_bucket_s_sentence(make, bucket):
    bucket.faults = [BucketRefusedError("s3://artifacts refuses this: NoSuchBucket.")]
    with pytest.raises(BucketRefusedError, match="NoSuchBucket"):
        await make().start()


async def test_every_start_finds_out_whether_it_may_write_and_leaves_no_more_than_nothing(make, bucket):
    await make().start()
    await make().start()
    assert [b""] == [body for body, _ in bucket.objects.values()]


async def test_a_bucket_that_is_away_at_the_start_is_logged_and_waited_for(make, bucket, caplog):
    bucket.faults = [BucketUnavailableError("s3://artifacts is not reached: EndpointConnectionError")]
    await make().start()
    assert ["artifact store not reached yet"] == caplog.messages
