"""GeneratorService.FindArtifact."""

import hashlib

import pytest
from pcf.generator.v1 import generator_pb2 as pb
from pcf_runtime.errors import InvalidArgument
from pcf_runtime.testing import expect_error

SHA256 = hashlib.sha256(b"content").hexdigest()


async def find(stub, sha256=SHA256):
    return await stub.FindArtifact(pb.FindArtifactRequest(sha256=sha256))


async def test_no_build_at_all_is_an_answer(stub, generator):
    await generator.succeeded(b"another")
    assert pb.FindArtifactResponse() == await find(stub)


async def test_the_build_comes_whole_with_the_file_as_it_has_it(stub, generator):
    build = await generator.succeeded()
    origin = pb.FindArtifactResponse.Origin(artifact=build.result.artifacts[0], build=build)
    assert pb.FindArtifactResponse(origins=[origin], total_size=1) == await find(stub)


async def test_the_oldest_twenty_come_in_order_and_all_are_counted(stub, generator):
    made = [(await generator.succeeded()).name for _ in range(21)]
    found = await find(stub)
    assert made[:20] == [origin.build.name for origin in found.origins]
    assert 21 == found.total_size


async def test_a_file_whose_bytes_are_kept_no_longer_is_found(stub, generator, tmp_path):
    build = await generator.succeeded()
    for path in (tmp_path / "artifacts").rglob("*"):
        if path.is_file():
            path.unlink()
    assert [build.name] == [origin.build.name for origin in (await find(stub)).origins]


async def test_looking_is_not_audited(stub, generator):
    await generator.succeeded()
    before = await generator.store.outbox_depth()
    await find(stub)
    assert before == await generator.store.outbox_depth()


@pytest.mark.parametrize("sha256", ["", "5e" * 31, "5e" * 33, "5E" * 32, "5g" * 32, "5e" * 32 + "\n"])
async def test_what_cannot_be_a_hash_is_refused(stub, sha256):
    with expect_error(InvalidArgument, reason="INVALID_REQUEST") as refused:
        await find(stub, sha256)
    assert ["sha256"] == [violation.field for violation in refused.error.violations]
