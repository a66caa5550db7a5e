"""GeneratorService.GetBuild, and the names that every rpc takes."""

import pytest
from pcf.generator.v1 import generator_pb2 as pb
from pcf_runtime.errors import InvalidArgument, NotFound
from pcf_runtime.testing import expect_error

NOWHERE = "builds/01JAAAAAAAAAAAAAAAAAAAAAAA"
REQUESTS = {
    "GetBuild": pb.GetBuildRequest,
    "CancelBuild": pb.CancelBuildRequest,
    "AnswerBuild": lambda name: pb.AnswerBuildRequest(name=name, choice_id="a"),
    "ResumeBuild": pb.ResumeBuildRequest,
    "WatchBuild": pb.WatchBuildRequest,
    "DownloadArtifact": lambda name: pb.DownloadArtifactRequest(name=f"{name}/artifacts/source"),
}


async def call(stub, method, name):
    made = getattr(stub, method)(REQUESTS[method](name=name))
    if method in {"WatchBuild", "DownloadArtifact"}:
        return [message async for message in made]
    return await made


@pytest.mark.parametrize("state", ["queued", "running", "asking", "failed", "succeeded", "cancelled"])
async def test_a_build_in_any_state_holds_what_belongs_to_it(stub, generator, state):
    build = await getattr(generator, state)()
    read = await stub.GetBuild(pb.GetBuildRequest(name=build.name))
    assert build == read
    assert (state == "asking", state == "failed", state == "succeeded") == (
        read.HasField("question"),
        read.HasField("problem"),
        read.HasField("result"),
    )
    assert (state in {"failed", "succeeded", "cancelled"}) == read.HasField("end_time")


@pytest.mark.parametrize("method", REQUESTS)
async def test_a_build_that_is_not_there_is_not_found(stub, generator, method):
    with expect_error(NotFound, reason="BUILD_NOT_FOUND", domain="generator.pcf"):
        await call(stub, method, NOWHERE)


@pytest.mark.parametrize(
    "name",
    ["", "builds/", "builds/123", NOWHERE.lower(), f"{NOWHERE}A", "build/01JAAAAAAAAAAAAAAAAAAAAAAA", f"{NOWHERE}\n"],
)
@pytest.mark.parametrize("method", REQUESTS)
async def test_what_cannot_be_a_name_is_told_by_its_field(stub, generator, method, name):
    with expect_error(InvalidArgument, reason="INVALID_REQUEST", domain="generator.pcf") as refused:
        await call(stub, method, name)
    assert ["name"] == [violation.field for violation in refused.error.violations]
