"""GeneratorService.CancelBuild, AnswerBuild and ResumeBuild."""

from uuid import uuid4

import pytest
from pcf.generator.v1 import generator_pb2 as pb
from pcf_runtime.errors import AlreadyExists, FailedPrecondition, InvalidArgument
from pcf_runtime.request_context import RequestContext, bind
from pcf_runtime.testing import expect_error

State = pb.Build


def cancel(build, **fields):
    return "CancelBuild", pb.CancelBuildRequest(name=build.name, **fields)


def answer(build, **fields):
    return "AnswerBuild", pb.AnswerBuildRequest(name=build.name, **{"choice_id": "a", **fields})


def resume(build, **fields):
    return "ResumeBuild", pb.ResumeBuildRequest(name=build.name, **fields)


async def call(stub, method, request):
    return await getattr(stub, method)(request)


FITTING = [(cancel, "queued"), (cancel, "running"), (cancel, "asking"), (answer, "asking")]
FITTING += [(resume, "failed"), (resume, "cancelled")]
UNFIT = [
    (cancel, "succeeded", "BUILD_ENDED"),
    (cancel, "failed", "BUILD_ENDED"),
    (cancel, "cancelled", "BUILD_ENDED"),
    (answer, "queued", "NO_OPEN_QUESTION"),
    (answer, "running", "NO_OPEN_QUESTION"),
    (answer, "succeeded", "NO_OPEN_QUESTION"),
    (answer, "failed", "NO_OPEN_QUESTION"),
    (answer, "cancelled", "NO_OPEN_QUESTION"),
    (resume, "queued", "BUILD_NOT_RESUMABLE"),
    (resume, "running", "BUILD_NOT_RESUMABLE"),
    (resume, "asking", "BUILD_NOT_RESUMABLE"),
    (resume, "succeeded", "BUILD_NOT_RESUMABLE"),
]


@pytest.mark.parametrize(("act", "state"), FITTING)
async def test_what_fits_is_done_and_told(stub, generator, act, state):
    build = await getattr(generator, state)()
    changed = await call(stub, *act(build))
    expected = State.STATE_CANCELLED if act is cancel else State.STATE_QUEUED
    assert (expected, build.last_sequence + 1) == (changed.state, changed.last_sequence)
    assert changed == await stub.GetBuild(pb.GetBuildRequest(name=build.name))


@pytest.mark.parametrize(("act", "state", "reason"), UNFIT)
async def test_what_does_not_fit_is_refused_with_the_state(stub, generator, act, state, reason):
    build = await getattr(generator, state)()
    with expect_error(FailedPrecondition, reason=reason, domain="generator.pcf") as refused:
        await call(stub, *act(build))
    assert State.State.Name(build.state) == f"STATE_{refused.error.metadata['state'].upper()}"
    assert build == await stub.GetBuild(pb.GetBuildRequest(name=build.name))


@pytest.mark.parametrize(("act", "state"), FITTING)
async def test_the_same_request_again_is_answered_with_the_build_as_it_is(stub, generator, act, state):
    build = await getattr(generator, state)()
    request = act(build, request_id=str(uuid4()))
    assert await call(stub, *request) == await call(stub, *request)


@pytest.mark.parametrize(("act", "state"), FITTING)
async def test_a_request_id_that_created_a_build_cannot_change_one(stub, generator, act, state):
    request_id = str(uuid4())
    build = await getattr(generator, state)()
    await stub.CreateBuild(pb.CreateBuildRequest(prompt="6 stars", request_id=request_id))
    with expect_error(AlreadyExists, reason="REQUEST_ID_REUSED"):
        await call(stub, *act(build, request_id=request_id))
    assert build == await stub.GetBuild(pb.GetBuildRequest(name=build.name))


async def test_the_request_id_of_another_build_s_cancellation_is_refused(stub, generator):
    request_id = str(uuid4())
    await call(stub, *cancel(await generator.queued(), request_id=request_id))
    with expect_error(AlreadyExists, reason="REQUEST_ID_REUSED"):
        await call(stub, *cancel(await generator.queued(), request_id=request_id))


@pytest.mark.parametrize(("act", "state"), [(cancel, "queued"), (answer, "asking"), (resume, "failed")])
async def test_it_is_audited_in_the_name_and_request_of_the_caller(stub, generator, act, state):
    build = await getattr(generator, state)()
    with bind(RequestContext("req-2", "other@example.com")):
        await call(stub, *act(build, request_id=str(uuid4())))
    entry = (await generator.store.undelivered(limit=100))[-1]
    assert ("other@example.com", "req-2", build.name) == (entry.actor, entry.request_id, f"builds/{entry.build_id}")


@pytest.mark.parametrize("act", [cancel, answer, resume])
async def test_a_request_id_must_be_a_uuid(stub, generator, act):
    with expect_error(InvalidArgument, reason="INVALID_REQUEST") as refused:
        await call(stub, *act(await generator.queued(), request_id="twice"))
    assert ["request_id"] == [violation.field for violation in refused.error.violations]


@pytest.mark.parametrize("question_id", ["", "kind"])
async def test_an_answer_is_kept(stub, generator, question_id):
    answered = await call(stub, *answer(await generator.asking(), question_id=question_id, choice_id="b"))
    assert [pb.Answer(question_id="kind", choice_id="b")] == list(answered.answers)
    assert not answered.HasField("question")


@pytest.mark.parametrize(
    ("fields", "reason", "field"),
    [
        ({"choice_id": "c"}, "UNKNOWN_CHOICE", "choice_id"),
        ({"question_id": "size"}, "WRONG_QUESTION", "question_id"),
        ({"choice_id": ""}, "INVALID_REQUEST", "choice_id"),
        ({"choice_id": "x" * 101}, "INVALID_REQUEST", "choice_id"),
        ({"question_id": "x" * 101}, "INVALID_REQUEST", "question_id"),
    ],
)
async def test_an_answer_that_does_not_fit_names_its_field(stub, generator, fields, reason, field):
    build = await generator.asking()
    with expect_error(InvalidArgument, reason=reason, domain="generator.pcf") as refused:
        await call(stub, *answer(build, **fields))
    assert [field] == [violation.field for violation in refused.error.violations]
    assert build == await stub.GetBuild(pb.GetBuildRequest(name=build.name))


async def test_a_resumed_build_holds_no_problem_any_more(stub, generator):
    resumed = await call(stub, *resume(await generator.failed()))
    assert (False, False) == (resumed.HasField("problem"), resumed.HasField("end_time"))
