"""What callers did wrong, in the words of the contract."""

import grpc
import pytest
from pcf_generator.artifact_store import ArtifactDamaged, ArtifactGone
from pcf_generator.build_store import (
    BuildUnknown,
    QueueFull,
    RequestIdReused,
    StoreUnavailable,
    TenantQueueFull,
    WrongState,
)
from pcf_generator.desk import ArtifactUnknown, ChoiceUnknown, OffsetPastEnd, QuestionUnknown
from pcf_generator.domain.build import Build, BuildOptions, BuildState
from pcf_generator.ports.packing import ArtifactsUnavailable
from pcf_generator.refusals import told
from pcf_runtime.errors import ServiceError
from pcf_runtime.testing import FakeClock

NOW = FakeClock().now()
BUILD = Build("0" * 26, "5 stars", BuildOptions(), "maker", BuildState.SUCCEEDED, NOW, NOW)


def refusal(error):
    with pytest.raises(ServiceError) as raised, told():
        raise error
    return raised.value


@pytest.mark.parametrize(
    ("error", "code", "reason"),
    [
        (BuildUnknown("x"), grpc.StatusCode.NOT_FOUND, "BUILD_NOT_FOUND"),
        (RequestIdReused("x"), grpc.StatusCode.ALREADY_EXISTS, "REQUEST_ID_REUSED"),
        (TenantQueueFull(7), grpc.StatusCode.RESOURCE_EXHAUSTED, "TENANT_QUEUE_FULL"),
        (QueueFull(7), grpc.StatusCode.RESOURCE_EXHAUSTED, "QUEUE_FULL"),
        (WrongState(BUILD, "cancel"), grpc.StatusCode.FAILED_PRECONDITION, "BUILD_ENDED"),
        (WrongState(BUILD, "resume"), grpc.StatusCode.FAILED_PRECONDITION, "BUILD_NOT_RESUMABLE"),
        (WrongState(BUILD, "answer"), grpc.StatusCode.FAILED_PRECONDITION, "NO_OPEN_QUESTION"),
        (ChoiceUnknown("a, b"), grpc.StatusCode.INVALID_ARGUMENT, "UNKNOWN_CHOICE"),
        (QuestionUnknown("kind"), grpc.StatusCode.INVALID_ARGUMENT, "WRONG_QUESTION"),
        (ArtifactUnknown("source"), grpc.StatusCode.NOT_FOUND, "ARTIFACT_NOT_FOUND"),
        (ArtifactGone("5e5e"), grpc.StatusCode.NOT_FOUND, "ARTIFACT_GONE"),
        (ArtifactDamaged("5e5e"), grpc.StatusCode.DATA_LOSS, "ARTIFACT_DAMAGED"),
        (ArtifactsUnavailable("hangs"), grpc.StatusCode.UNAVAILABLE, "ARTIFACTS_UNAVAILABLE"),
        (OffsetPastEnd("200"), grpc.StatusCode.OUT_OF_RANGE, "OFFSET_PAST_END"),
        (StoreUnavailable("SQLITE_BUSY"), grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_refusal_has_its_code_and_reason(error, code, reason):
    assert (code, reason) == (refusal(error).code, refusal(error).reason)


@pytest.mark.parametrize("error", [QueueFull(7), TenantQueueFull(7), ArtifactsUnavailable("hangs")])
def test_what_passes_says_when_to_come_again(error):
    assert refusal(error).retry_after_s > 0


def test_a_wrong_state_names_the_state():
    assert {"state": "succeeded"} == refusal(WrongState(BUILD, "cancel")).metadata


@pytest.mark.parametrize(
    ("error", "field"), [(ChoiceUnknown("a, b"), "choice_id"), (QuestionUnknown("kind"), "question_id")]
)
def test_a_wrong_answer_names_the_field_and_what_would_fit(error, field):
    (violation,) = refusal(error).violations
    assert (field, True) == (violation.field, str(error) in violation.description)


def test_an_offset_past_the_end_says_where_the_end_is():
    assert {"size_bytes": "200"} == refusal(OffsetPastEnd("200")).metadata


def test_what_the_store_says_about_itself_stays_here():
    assert "SQLITE" not in refusal(StoreUnavailable("SQLITE_BUSY")).message
    assert "s3://" not in refusal(ArtifactsUnavailable("s3://bucket hangs")).message


def test_other_errors_pass():
    with pytest.raises(KeyError), told():
        raise KeyError("a fault of ours")
