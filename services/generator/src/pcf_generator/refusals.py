"""What callers did wrong, as the errors of the contract."""

from collections.abc import Iterator
from contextlib import contextmanager

from pcf_runtime.errors import (
    AlreadyExists,
    DataLoss,
    FailedPrecondition,
    InvalidArgument,
    NotFound,
    OutOfRange,
    ResourceExhausted,
    ServiceError,
    Unavailable,
    Violation,
)

from pcf_generator.artifact_store import ArtifactDamaged, ArtifactGone
from pcf_generator.build_store import (
    BuildUnknown,
    QueueFull,
    RequestIdReused,
    StoreRefusal,
    StoreUnavailable,
    TenantQueueFull,
    WrongState,
)
from pcf_generator.desk import ArtifactUnknown, ChoiceUnknown, Leaving, OffsetPastEnd, QuestionUnknown
from pcf_generator.ports.packing import ArtifactsUnavailable

ARTIFACTS_RETRY_S = 5.0
_REFUSALS = (
    StoreRefusal,
    StoreUnavailable,
    ArtifactUnknown,
    ArtifactGone,
    ArtifactDamaged,
    ArtifactsUnavailable,
    ChoiceUnknown,
    QuestionUnknown,
    OffsetPastEnd,
    Leaving,
)


@contextmanager
def told() -> Iterator[None]:
    """Raise what the desk refuses as the ServiceError that the contract documents."""
    try:
        yield
    except _REFUSALS as error:
        raise _service_error(error) from error


def _service_error(error: Exception) -> ServiceError:
    match error:
        case BuildUnknown():
            return NotFound("BUILD_NOT_FOUND", "there is no build of that name")
        case RequestIdReused():
            return AlreadyExists("REQUEST_ID_REUSED", "the request id came before with other content")
        case QueueFull():
            return _queue_full(error)
        case StoreUnavailable():
            return Unavailable("STORE_UNAVAILABLE", "the store does not answer; repeat with the same request id")
        case Leaving():
            return Unavailable("DRAINING", "the instance shuts down; watch again from the last event's number")
        case WrongState():
            return _wrong_state(error)
        case ChoiceUnknown():
            return _bad_answer("UNKNOWN_CHOICE", "choice_id", f"the choices are: {error}")
        case QuestionUnknown():
            return _bad_answer("WRONG_QUESTION", "question_id", f"the open question is {error}")
        case OffsetPastEnd():
            return OutOfRange("OFFSET_PAST_END", f"the artifact has {error} bytes", metadata={"size_bytes": str(error)})
        case _:
            return _no_artifact(error)


def _queue_full(error: QueueFull) -> ServiceError:
    of_tenant = isinstance(error, TenantQueueFull)
    reason = "TENANT_QUEUE_FULL" if of_tenant else "QUEUE_FULL"
    message = f"{error.waiting} builds {'of the tenant ' if of_tenant else ''}wait already"
    return ResourceExhausted(reason, message, retry_after_s=error.retry_after_s)


def _wrong_state(error: WrongState) -> ServiceError:
    state = error.build.state
    reason = {"answer": "NO_OPEN_QUESTION", "resume": "BUILD_NOT_RESUMABLE", "cancel": "BUILD_ENDED"}[error.wish]
    return FailedPrecondition(reason, f"the build is {state.value}", metadata={"state": state.value})


def _no_artifact(error: Exception) -> ServiceError:
    match error:
        case ArtifactsUnavailable():
            message = "the artifacts cannot be reached now"
            return Unavailable("ARTIFACTS_UNAVAILABLE", message, retry_after_s=ARTIFACTS_RETRY_S)
        case ArtifactGone():
            return NotFound("ARTIFACT_GONE", "the bytes are no longer kept; the same prompt makes them again")
        case ArtifactDamaged():
            return DataLoss("ARTIFACT_DAMAGED", "the stored bytes are not those the build made")
        case _:
            return NotFound("ARTIFACT_NOT_FOUND", "the build has no such artifact, or not yet")


def _bad_answer(reason: str, field: str, description: str) -> ServiceError:
    return InvalidArgument(reason, description, violations=[Violation(field, description)])
