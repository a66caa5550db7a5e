"""From a service's error to the problem that is shown."""

import pytest
from pcf_gateway.problems.refusal import Refusal, from_service, problem, response
from pcf_gateway.problems.table import HTTP_STATUS
from pcf_runtime import errors
from pcf_runtime.errors import Violation

DOMAIN = "generator.pcf"


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (errors.InvalidArgument, 400),
        (errors.FailedPrecondition, 400),
        (errors.OutOfRange, 400),
        (errors.Unauthenticated, 401),
        (errors.PermissionDenied, 403),
        (errors.NotFound, 404),
        (errors.AlreadyExists, 409),
        (errors.Aborted, 409),
        (errors.ResourceExhausted, 429),
        (errors.Cancelled, 499),
        (errors.Unknown, 500),
        (errors.Internal, 500),
        (errors.DataLoss, 500),
        (errors.Unimplemented, 501),
        (errors.Unavailable, 503),
        (errors.DeadlineExceeded, 504),
    ],
)
def test_every_code_has_its_status(kind: type[errors.ServiceError], status: int):
    assert status == from_service(kind("NEW_REASON", "words", domain=DOMAIN)).status


def test_the_table_holds_every_code_that_is_an_error():
    assert {kind.code for kind in errors.ServiceError.__subclasses__()} == set(HTTP_STATUS)


def test_a_product_code_keeps_its_code_and_its_stage():
    made = problem(from_service(errors.InvalidArgument("PCF_VAL_003", "No keyboard.", domain=DOMAIN)))

    assert (made.code, made.stage, made.title) == ("PCF-VAL-003", "rules-validation", "PCF-VAL-003")
    assert made.type == "urn:pcf:problem:pcf-val-003"


def test_a_cross_reference_belongs_to_the_last_check():
    made = problem(from_service(errors.InvalidArgument("PCF_VAL_005", "Too many.", domain=DOMAIN)))

    assert made.stage == "final-validation"


def test_a_service_that_knows_better_than_the_table_is_heard():
    metadata = {"user_message": "A", "suggestion": "B", "alternatives": "c\nd", "rule": "R1"}

    made = problem(from_service(errors.NotFound("NEW_REASON", "words", domain=DOMAIN, metadata=metadata)))

    assert (made.user_message, made.suggestion, made.alternatives) == ("A", "B", ["c", "d"])
    assert made.details == {"rule": "R1"}


def test_what_grpc_itself_says_is_not_shown():
    made = problem(from_service(errors.Unavailable("UNAVAILABLE", "ipv4:10.0.0.7:50051 refused")))

    assert made.detail == "A service behind the gateway does not answer."


def test_a_fault_is_told_in_a_fixed_sentence():
    made = problem(from_service(errors.Internal("BROKEN_DOWNLOAD", "inner words", domain=DOMAIN)))

    assert "inner" not in made.detail


@pytest.mark.parametrize(("asked", "told"), [(0.0, "1"), (0.4, "1"), (2.0, "2"), (6.2, "7")])
def test_a_wait_is_told_in_whole_seconds_and_never_shorter(asked: float, told: str):
    error = errors.ResourceExhausted("QUEUE_FULL", "words", domain=DOMAIN, retry_after_s=asked)

    assert response(from_service(error)).headers["Retry-After"] == told


def test_no_more_than_twenty_violations_are_shown():
    refusal = Refusal("INVALID_REQUEST", "words", violations=[Violation(str(n), "wrong") for n in range(30)])

    assert [str(n) for n in range(20)] == [violation.field for violation in problem(refusal).violations]
