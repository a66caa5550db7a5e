"""GeneratorService.CreateBuild."""

import sqlite3
from contextlib import closing
from uuid import uuid4

import pytest
from pcf.generator.v1 import generator_pb2 as pb
from pcf_runtime.errors import AlreadyExists, InvalidArgument, ResourceExhausted, Unavailable
from pcf_runtime.request_context import RequestContext, bind
from pcf_runtime.testing import expect_error


async def test_a_build_is_queued_as_it_was_asked_for(stub, generator):
    options = pb.BuildOptions(
        component_name="Stars",
        namespace="Contoso",
        publisher_prefix="cts",
        display_name="Sterne",
        description="D",
        language="de",
        publisher_name="Contoso",
        publisher_display_name="Contoso GmbH",
        solution_name="Stars",
        version="2.0.0",
        managed=True,
    )
    build = await stub.CreateBuild(pb.CreateBuildRequest(prompt="5 Sterne 星", options=options))
    assert ("5 Sterne 星", options, pb.Build.STATE_QUEUED, 1) == (
        build.prompt,
        build.options,
        build.state,
        build.last_sequence,
    )
    assert generator.clock.now() == build.create_time.ToDatetime(tzinfo=generator.clock.now().tzinfo)
    assert not build.HasField("end_time")
    assert build == await stub.GetBuild(pb.GetBuildRequest(name=build.name))


async def test_it_is_audited_in_the_name_and_request_of_the_caller(stub, generator):
    with bind(RequestContext("req-1", "maker@example.com")):
        await stub.CreateBuild(pb.CreateBuildRequest(prompt="5 stars"))
    (entry,) = await generator.store.undelivered(limit=10)
    assert ("maker@example.com", "req-1", "build.created") == (entry.actor, entry.request_id, entry.entry.type)


async def test_the_same_request_again_gives_the_same_build(stub, generator):
    request = pb.CreateBuildRequest(prompt="5 stars", request_id=str(uuid4()))
    first, again = await stub.CreateBuild(request), await stub.CreateBuild(request)
    assert first == again
    assert 1 == len((await stub.ListBuilds(pb.ListBuildsRequest())).builds)


@pytest.mark.parametrize(
    "other",
    [pb.CreateBuildRequest(prompt="6 stars"), pb.CreateBuildRequest(prompt="5 stars", options={"namespace": "Other"})],
)
async def test_the_same_request_id_with_other_content_is_refused(stub, other):
    request_id = str(uuid4())
    await stub.CreateBuild(pb.CreateBuildRequest(prompt="5 stars", request_id=request_id))
    other.request_id = request_id
    with expect_error(AlreadyExists, reason="REQUEST_ID_REUSED", domain="generator.pcf"):
        await stub.CreateBuild(other)


async def test_a_full_queue_is_told_with_the_time_to_wait(stub, generator):
    for _ in range(20):
        await generator.queued()
    with expect_error(ResourceExhausted, reason="QUEUE_FULL", domain="generator.pcf") as refused:
        await generator.queued()
    assert refused.error.retry_after_s > 0


async def test_a_store_that_does_not_answer_is_told_as_unavailable(stub, generator):
    with closing(sqlite3.connect(generator.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with expect_error(Unavailable, reason="STORE_UNAVAILABLE"):
            await generator.queued()


@pytest.mark.parametrize(
    "prompt", ["x", "x" * 5000, "星" * 5000, "  x  ", "a\nb\tc", "\u200b\U0001f31f", "' OR 1=1 --"]
)
async def test_whatever_says_something_is_a_prompt(stub, prompt):
    assert prompt == (await stub.CreateBuild(pb.CreateBuildRequest(prompt=prompt))).prompt


OPTIONS = [
    ("options.component_name", {"component_name": "x" * 101}),
    ("options.namespace", {"namespace": "x" * 101}),
    ("options.publisher_prefix", {"publisher_prefix": "x"}),
    ("options.publisher_prefix", {"publisher_prefix": "Abc"}),
    ("options.publisher_prefix", {"publisher_prefix": "1ab"}),
    ("options.publisher_prefix", {"publisher_prefix": "abcdefghi"}),
    ("options.publisher_prefix", {"publisher_prefix": "mscrmx"}),
    ("options.display_name", {"display_name": "x" * 501}),
    ("options.description", {"description": "x" * 2001}),
    ("options.language", {"language": "en-US"}),
    ("options.language", {"language": "EN"}),
    ("options.publisher_name", {"publisher_name": "Contoso Ltd"}),
    ("options.publisher_name", {"publisher_name": "_contoso"}),
    ("options.publisher_display_name", {"publisher_display_name": " "}),
    ("options.publisher_display_name", {"publisher_display_name": "x" * 201}),
    ("options.solution_name", {"solution_name": "x" * 66}),
    ("options.version", {"version": "1.0"}),
    ("options.version", {"version": "1.0.0.0"}),
    ("options.previous_version", {"previous_version": "1.0.01"}),
    ("options", {"version": "1.0.0", "previous_version": "1.0.0"}),
]
PROMPTS = ["", " ", "\n\t ", "x" * 5001, "a\x00b"]


@pytest.mark.parametrize(
    ("field", "fields"),
    [
        *(("prompt", {"prompt": prompt}) for prompt in PROMPTS),
        *((field, {"options": options}) for field, options in OPTIONS),
        ("request_id", {"request_id": "not-a-uuid"}),
    ],
)
async def test_what_cannot_be_a_request_names_the_field(stub, generator, field, fields):
    with expect_error(InvalidArgument, reason="INVALID_REQUEST", domain="generator.pcf") as refused:
        await stub.CreateBuild(pb.CreateBuildRequest(**{"prompt": "5 stars", **fields}))
    assert field in {violation.field for violation in refused.error.violations}
    assert 0 == await generator.store.outbox_depth()
