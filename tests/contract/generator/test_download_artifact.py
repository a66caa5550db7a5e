"""GeneratorService.DownloadArtifact."""

import hashlib

import pytest
from pcf.generator.v1 import generator_pb2 as pb
from pcf_runtime.errors import InvalidArgument, NotFound, OutOfRange
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


async def test_an_artifact_whose_bytes_are_gone_is_not_found(stub, generator, tmp_path):
    build = await generator.succeeded()
    for path in (tmp_path / "artifacts").rglob("*"):
        if path.is_file():
            path.unlink()
    with expect_error(NotFound, reason="ARTIFACT_NOT_FOUND"):
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


async def test_a_reader_who_stops_early_disturbs_nobody(stub, generator):
    build = await generator.succeeded(CONTENT)
    call = stub.DownloadArtifact(pb.DownloadArtifactRequest(name=f"{build.name}/artifacts/source"))
    await anext(aiter(call))
    call.cancel()
    assert CONTENT == content(await download(stub, build))
