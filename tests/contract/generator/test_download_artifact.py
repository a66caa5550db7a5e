"""GeneratorService.DownloadArtifact."""

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from pcf.generator.v1 import generator_pb2 as pb
from pcf.generator.v1 import generator_pb2_grpc
from pcf_generator.artifact_store import ArtifactDamaged, Link
from pcf_generator.ports.packing import ArtifactsUnavailable
from pcf_runtime.errors import DataLoss, InvalidArgument, NotFound, OutOfRange, Unavailable
from pcf_runtime.request_context import RequestContext, bind
from pcf_runtime.testing import expect_error

CHUNK = 64 * 1024
CONTENT = bytes(range(256)) * 1000  # three chunks and a part
SIZE = len(CONTENT)


async def download(stub, build, *, kind="source", offset=0, limit=0):
    request = pb.DownloadArtifactRequest(name=f"{build.name}/artifacts/{kind}", read_offset=offset, read_limit=limit)
    return [message async for message in stub.DownloadArtifact(request)]


def content(messages):
    return b"".join(message.chunk for message in messages[1:])


async def test_the_description_comes_first_and_the_bytes_after_it(stub, generator):
    build = await generator.succeeded(CONTENT)
    first, *chunks = await download(stub, build)
    assert build.result.artifacts[0] == first.artifact
    assert (hashlib.sha256(CONTENT).hexdigest(), SIZE) == (first.artifact.sha256, first.artifact.size_bytes)
    assert {"chunk"} == {message.WhichOneof("content") for message in chunks}
    assert CONTENT == b"".join(message.chunk for message in chunks)


async def test_chunks_are_no_larger_than_64_kib(stub, generator):
    messages = await download(stub, await generator.succeeded(CONTENT))
    assert [CHUNK, CHUNK, CHUNK, SIZE - 3 * CHUNK] == [len(message.chunk) for message in messages[1:]]


@pytest.mark.parametrize(
    ("offset", "limit"),
    [
        (0, 1),
        (1, 0),
        (0, CHUNK),
        (0, CHUNK + 1),
        (CHUNK - 1, 2),
        (100, 2 * CHUNK),
        (SIZE - 1, 0),
        (SIZE - 1, 2**62),
        (0, 2**62),
    ],
)
async def test_a_range_is_what_was_asked_for(stub, generator, offset, limit):
    messages = await download(stub, await generator.succeeded(CONTENT), offset=offset, limit=limit)
    assert CONTENT[offset : offset + limit if limit else None] == content(messages)


@pytest.mark.parametrize("limit", [0, 1])
async def test_a_range_that_begins_at_the_end_is_empty(stub, generator, limit):
    messages = await download(stub, await generator.succeeded(CONTENT), offset=SIZE, limit=limit)
    assert ["artifact"] == [message.WhichOneof("content") for message in messages]


@pytest.mark.parametrize("offset", [SIZE + 1, 2**62])
async def test_a_range_that_begins_behind_the_end_is_refused_with_the_size(stub, generator, offset):
    with expect_error(OutOfRange, reason="OFFSET_PAST_END", domain="generator.pcf") as refused:
        await download(stub, await generator.succeeded(CONTENT), offset=offset)
    assert {"size_bytes": str(SIZE)} == refused.error.metadata


async def test_an_empty_artifact_is_its_description(stub, generator):
    messages = await download(stub, await generator.succeeded(b""))
    assert [0] == [message.artifact.size_bytes for message in messages]


@pytest.mark.parametrize("state", ["queued", "running", "asking", "failed", "cancelled"])
async def test_a_build_without_a_result_has_no_artifact(stub, generator, state):
    with expect_error(NotFound, reason="ARTIFACT_NOT_FOUND", domain="generator.pcf"):
        await download(stub, await getattr(generator, state)())


async def test_a_kind_that_the_build_did_not_make_is_not_found(stub, generator):
    with expect_error(NotFound, reason="ARTIFACT_NOT_FOUND"):
        await download(stub, await generator.succeeded(), kind="solution")


async def test_an_artifact_whose_bytes_are_gone_is_told_as_such(stub, generator, tmp_path):
    build = await generator.succeeded()
    for path in (tmp_path / "artifacts").rglob("*"):
        if path.is_file():
            path.unlink()
    with expect_error(NotFound, reason="ARTIFACT_GONE"):
        await download(stub, build)


@pytest.mark.parametrize("kind", ["", "Source", "a/b", "..", "x" * 21])
async def test_what_cannot_be_a_kind_is_refused(stub, generator, kind):
    with expect_error(InvalidArgument, reason="INVALID_REQUEST"):
        await download(stub, await generator.succeeded(), kind=kind)


@pytest.mark.parametrize(("field", "fields"), [("read_offset", {"offset": -1}), ("read_limit", {"limit": -1})])
async def test_a_number_below_zero_is_refused(stub, generator, field, fields):
    with expect_error(InvalidArgument, reason="INVALID_REQUEST") as refused:
        await download(stub, await generator.succeeded(), **fields)
    assert [field] == [violation.field for violation in refused.error.violations]


async def test_a_download_is_audited_in_the_name_and_request_of_the_caller(stub, generator):
    build = await generator.succeeded()
    with bind(RequestContext("req-3", "reader@example.com")):
        first, *_ = await download(stub, build)
    entry = (await generator.store.undelivered(limit=100))[-1]
    assert ("reader@example.com", "req-3", "artifact.downloaded") == (entry.actor, entry.request_id, entry.entry.type)
    assert {"artifact": "source", "sha256": first.artifact.sha256} == entry.entry.details


URL = "https://bucket.example/sha256/5e/5e5e?X-Amz-Signature=5ec7e7"
EXPIRES = datetime(2026, 1, 1, 0, 1, tzinfo=UTC)


@dataclass
class Bucket:
    """The parts of `ArtifactStore` that a download needs."""

    faults: list[Exception] = field(default_factory=list)

    async def holds(self, artifact):
        return True

    async def link(self, artifact):
        return Link(URL, EXPIRES)

    async def read(self, artifact, *, offset, limit):
        for fault in self.faults:
            yield CONTENT[:CHUNK]
            raise fault
        yield CONTENT[offset : offset + limit][:CHUNK]


async def asked(generator, bucket, **fields):
    """What a server whose artifacts are in a bucket answers."""
    build = await generator.succeeded(CONTENT)
    request = pb.DownloadArtifactRequest(name=f"{build.name}/artifacts/source", **fields)
    async with generator.serve_with(bucket) as server:
        stub = generator_pb2_grpc.GeneratorServiceStub(server.channel)
        return [message async for message in stub.DownloadArtifact(request)]


async def test_who_accepts_a_link_gets_it_with_the_description_and_nothing_else(generator):
    (only,) = await asked(generator, Bucket(), accept_link=True)
    assert (URL, EXPIRES) == (only.link.url, only.link.expire_time.ToDatetime(UTC))
    assert hashlib.sha256(CONTENT).hexdigest() == only.artifact.sha256


@pytest.mark.parametrize(
    "fields", [{}, {"accept_link": True, "read_offset": 1}, {"accept_link": True, "read_limit": 9}]
)
async def test_who_wants_bytes_or_a_part_gets_no_link(generator, fields):
    first, *chunks = await asked(generator, Bucket(), **fields)
    assert (False, {"chunk"}) == (first.HasField("link"), {message.WhichOneof("content") for message in chunks})


async def test_a_link_is_audited_before_it_is_given(generator):
    await asked(generator, Bucket(), accept_link=True)
    entry = (await generator.store.undelivered(limit=100))[-1].entry
    assert ("artifact.downloaded", "link") == (entry.type, entry.details["through"])
    assert "5ec7e7" not in repr(entry)


async def test_a_folder_gives_bytes_to_who_accepts_a_link(stub, generator):
    build = await generator.succeeded(CONTENT)
    request = pb.DownloadArtifactRequest(name=f"{build.name}/artifacts/source", accept_link=True)
    assert CONTENT == content([message async for message in stub.DownloadArtifact(request)])


async def test_a_store_that_goes_away_says_when_to_come_again(generator):
    with expect_error(Unavailable, reason="ARTIFACTS_UNAVAILABLE") as refused:
        await asked(generator, Bucket([ArtifactsUnavailable("s3://bucket hangs")]))
    assert refused.error.retry_after_s > 0
    assert "s3://" not in refused.error.message


async def test_damaged_bytes_are_not_passed_off_as_the_artifact(generator):
    with expect_error(DataLoss, reason="ARTIFACT_DAMAGED"):
        await asked(generator, Bucket([ArtifactDamaged("5e5e")]))


async def test_a_reader_who_stops_early_disturbs_nobody(stub, generator):
    build = await generator.succeeded(CONTENT)
    call = stub.DownloadArtifact(pb.DownloadArtifactRequest(name=f"{build.name}/artifacts/source"))
    await anext(aiter(call))
    call.cancel()
    assert CONTENT == content(await download(stub, build))
