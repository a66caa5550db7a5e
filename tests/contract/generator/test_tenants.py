"""GeneratorService, asked by one tenant about another's builds: in every rpc they are as if they did not exist."""

import hashlib
from uuid import uuid4

import pytest
from pcf.generator.v1 import generator_pb2 as pb
from pcf_runtime.errors import NotFound, ServiceError
from pcf_runtime.request_context import RequestContext, bind

CANARY = b"canary"
NOBODYS = "builds/" + "7" * 26


async def theirs(generator):
    """Builds of the tenant `default` that can be downloaded, answered, resumed, cancelled."""
    return [
        await generator.succeeded(CANARY),
        await generator.asking(),
        await generator.failed(),
        await generator.cancelled(),
        await generator.queued(CANARY.decode()),
    ]


def as_contoso():
    return bind(RequestContext("trace", tenant="contoso"))


async def said(call):
    """All that a caller is told."""
    try:
        if hasattr(call, "__aiter__"):
            return [message async for message in call]
        return await call
    except ServiceError as error:
        return type(error), error.reason, error.message, dict(error.metadata), error.violations


NAMED = {
    "GetBuild": lambda stub, name: stub.GetBuild(pb.GetBuildRequest(name=name)),
    "CancelBuild": lambda stub, name: stub.CancelBuild(pb.CancelBuildRequest(name=name)),
    "AnswerBuild": lambda stub, name: stub.AnswerBuild(pb.AnswerBuildRequest(name=name, choice_id="a")),
    "ResumeBuild": lambda stub, name: stub.ResumeBuild(pb.ResumeBuildRequest(name=name)),
    "WatchBuild": lambda stub, name: stub.WatchBuild(pb.WatchBuildRequest(name=name)),
    "DownloadArtifact": lambda stub, name: stub.DownloadArtifact(
        pb.DownloadArtifactRequest(name=f"{name}/artifacts/source", accept_link=True)
    ),
}


@pytest.mark.parametrize("call", NAMED.values(), ids=NAMED.keys())
async def test_another_tenant_s_build_answers_as_one_that_does_not_exist(stub, generator, call):
    builds = await theirs(generator)
    before = [await stub.GetBuild(pb.GetBuildRequest(name=build.name)) for build in builds]
    depth = await generator.store.outbox_depth()
    with as_contoso():
        nobodys = await said(call(stub, NOBODYS))
        answers = [await said(call(stub, build.name)) for build in builds]
    assert (NotFound, "BUILD_NOT_FOUND") == nobodys[:2]
    assert [nobodys] * len(builds) == answers
    assert before == [await stub.GetBuild(pb.GetBuildRequest(name=build.name)) for build in builds]
    assert depth == await generator.store.outbox_depth()


async def list_builds(stub):
    for asked in ({}, {"state": pb.Build.STATE_QUEUED}, {"state": pb.Build.STATE_SUCCEEDED}):
        assert pb.ListBuildsResponse() == await stub.ListBuilds(pb.ListBuildsRequest(**asked))


async def list_builds_from_their_page(stub):
    with bind(RequestContext("")):
        token = (await stub.ListBuilds(pb.ListBuildsRequest(page_size=1))).next_page_token
    assert token
    assert [] == list((await stub.ListBuilds(pb.ListBuildsRequest(page_token=token))).builds)


async def find_artifact(stub):
    asked = pb.FindArtifactRequest(sha256=hashlib.sha256(CANARY).hexdigest())
    assert pb.FindArtifactResponse() == await stub.FindArtifact(asked)


async def get_usage(stub):
    assert "contoso" == (await stub.GetUsage(pb.GetUsageRequest())).tenant


async def create_build(stub):
    """With a request id that another tenant gave before, for the same words and for others."""
    request_id = str(uuid4())
    with bind(RequestContext("")):
        first = await stub.CreateBuild(pb.CreateBuildRequest(prompt="5 stars", request_id=request_id))
    same = await stub.CreateBuild(pb.CreateBuildRequest(prompt="5 stars", request_id=request_id))
    assert first.name != same.name
    assert [same.name] == [build.name for build in (await stub.ListBuilds(pb.ListBuildsRequest())).builds]


UNNAMED = {
    "ListBuilds": list_builds,
    "ListBuilds by a token": list_builds_from_their_page,
    "FindArtifact": find_artifact,
    "GetUsage": get_usage,
    "CreateBuild": create_build,
}


@pytest.mark.parametrize("case", UNNAMED.values(), ids=UNNAMED.keys())
async def test_what_is_another_tenant_s_is_told_nowhere(stub, generator, case):
    await theirs(generator)
    with as_contoso():
        await case(stub)


def test_every_rpc_is_tried():
    tried = {name.partition(" ")[0] for name in (*NAMED, *UNNAMED)}
    assert set(pb.DESCRIPTOR.services_by_name["GeneratorService"].methods_by_name) == tried
