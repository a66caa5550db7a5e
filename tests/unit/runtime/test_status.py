"""ServiceError to status and back."""

import grpc
import pytest
from google.rpc import error_details_pb2, status_pb2
from pcf_runtime import errors
from pcf_runtime.errors import InvalidArgument, NotFound, ServiceError, Unavailable, Violation
from pcf_runtime.status import MAX_BYTES, MAX_VIOLATIONS, from_call, to_status

KINDS = [kind for kind in vars(errors).values() if isinstance(kind, type) and ServiceError in kind.__bases__]


def arrived(status: grpc.Status, *, details: str | None = None):
    """What the client's library makes of a status."""
    metadata = grpc.aio.Metadata(*status.trailing_metadata)
    return grpc.aio.AioRpcError(status.code, grpc.aio.Metadata(), metadata, details or status.details)


def there_and_back(error: ServiceError, *, domain: str = "here.pcf"):
    return from_call(arrived(to_status(error, domain=domain)))


def size(status: grpc.Status):
    return sum(len(value) for _, value in status.trailing_metadata)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_comes_back_as_itself(kind: type[ServiceError]):
    assert type(there_and_back(kind("R", "m"))) is kind


def test_there_is_a_kind_for_every_code_but_ok():
    assert {kind.code for kind in KINDS} == set(grpc.StatusCode) - {grpc.StatusCode.OK}


def test_content_comes_back_whole():
    sent = InvalidArgument(
        "BAD_NAME",
        "Der Name ist schlecht: „ü“.",
        metadata={"stage": "specify"},
        violations=[Violation("name", "too long")],
        retry_after_s=2.5,
    )
    got = there_and_back(sent)
    assert (got.reason, got.message, got.metadata) == (sent.reason, sent.message, sent.metadata)
    assert (got.violations, got.retry_after_s) == (sent.violations, 2.5)
    assert got.domain == "here.pcf"


def test_the_domain_of_another_service_is_kept():
    assert there_and_back(NotFound("X", "x", domain="brain.pcf")).domain == "brain.pcf"


def test_there_is_exactly_one_error_info():
    raw = to_status(NotFound("X", "x"), domain="d").trailing_metadata[0][1]
    details = status_pb2.Status.FromString(raw).details
    assert [detail.Is(error_details_pb2.ErrorInfo.DESCRIPTOR) for detail in details] == [True]


def test_no_retry_info_reads_as_none():
    assert there_and_back(Unavailable("X", "x")).retry_after_s is None


@pytest.mark.parametrize("letter", ["x", "ü", "字"])
def test_the_largest_error_stays_small_enough_to_arrive(letter: str):
    status = to_status(
        InvalidArgument(
            "X",
            letter * 100_000,
            metadata={f"{letter}{number}": letter * 10_000 for number in range(50)},
            violations=[Violation(letter * 1_000, letter * 10_000)] * 500,
        ),
        domain="here.pcf",
    )
    assert size(status) < MAX_BYTES
    assert arrived(status)
    assert from_call(arrived(status)).reason == "X"


def test_at_most_twenty_violations_are_told():
    got = there_and_back(InvalidArgument("X", "x", violations=[Violation("f", "d")] * 21))
    assert len(got.violations) == MAX_VIOLATIONS


def test_an_error_without_details_takes_the_name_of_its_code():
    plain = grpc.aio.AioRpcError(grpc.StatusCode.UNAVAILABLE, details="connection refused")
    got = from_call(plain)
    assert isinstance(got, Unavailable)
    assert (got.reason, got.message, got.domain) == ("UNAVAILABLE", "connection refused", "")


def test_a_message_changed_on_the_way_counts_and_the_details_do_not():
    got = from_call(arrived(to_status(NotFound("X", "x"), domain="d"), details="a proxy says no"))
    assert (type(got), got.reason, got.message) == (NotFound, "NOT_FOUND", "a proxy says no")


def test_details_that_are_no_status_are_passed_over():
    metadata = grpc.aio.Metadata(("grpc-status-details-bin", b"\xff\xff"))
    got = from_call(grpc.aio.AioRpcError(grpc.StatusCode.NOT_FOUND, grpc.aio.Metadata(), metadata, "gone"))
    assert (got.reason, got.message) == ("NOT_FOUND", "gone")


def test_a_server_that_cancels_without_a_word_is_unavailable():
    got = from_call(grpc.aio.AioRpcError(grpc.StatusCode.CANCELLED, details="CANCELLED"))
    assert (type(got), got.reason) == (Unavailable, "UNAVAILABLE")


def test_an_error_reads_as_reason_and_message():
    assert str(NotFound("EVENT_NOT_FOUND", "There is none.")) == "EVENT_NOT_FOUND: There is none."
