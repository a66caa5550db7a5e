"""ServiceError to google.rpc.Status and back; the only module that knows the error detail messages.

Details are kept under 6 KB, the message counted twice as it travels twice: above 8 KB of trailing metadata
gRPC begins to replace the true status by RESOURCE_EXHAUSTED, above 16 KB always.
"""

from typing import Final, cast
from urllib.parse import quote

import grpc
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2  # type: ignore[import-untyped]  # ships no stubs
from grpc_status import rpc_status

from pcf_runtime import errors
from pcf_runtime.errors import ServiceError, Violation

MAX_BYTES: Final = 6_000
MAX_VIOLATIONS: Final = 20
_MESSAGE_CHARS: Final = 600
_FIELD_CHARS: Final = 120
_DESCRIPTION_CHARS: Final = 300
_VALUE_CHARS: Final = 1_000

_BY_CODE: Final[dict[grpc.StatusCode, type[ServiceError]]] = {
    kind.code: kind
    for kind in (
        errors.InvalidArgument,
        errors.FailedPrecondition,
        errors.OutOfRange,
        errors.Unauthenticated,
        errors.PermissionDenied,
        errors.NotFound,
        errors.AlreadyExists,
        errors.Aborted,
        errors.ResourceExhausted,
        errors.Cancelled,
        errors.Unimplemented,
        errors.Unavailable,
        errors.DeadlineExceeded,
        errors.Internal,
        errors.DataLoss,
        errors.Unknown,
    )
}


def to_status(error: ServiceError, *, domain: str) -> grpc.Status:
    """The status to end a call with; `domain` is the server's own, used where the error names none."""
    violations = list(error.violations[:MAX_VIOLATIONS])
    metadata = dict(error.metadata)
    while True:
        status = _build(error, error.domain or domain, metadata, violations)
        if _size(status) <= MAX_BYTES or not (violations or metadata):
            answer: grpc.Status = rpc_status.to_status(status)
            return answer
        if violations:
            violations.pop()
        else:
            metadata.popitem()


def from_call(error: grpc.aio.AioRpcError) -> ServiceError:
    """The error that the server raised, or what comes nearest when the answer was not our server's."""
    status = _rich_status(error)
    if status is not None:
        return _read(_BY_CODE[error.code()], status)
    code = error.code()
    if code is grpc.StatusCode.CANCELLED:
        # Not by us, that would be a CancelledError: a server that shuts down says this to calls that arrive
        # in that moment, and never begins them.
        code = grpc.StatusCode.UNAVAILABLE
    return _BY_CODE[code](code.name, error.details() or "")


def _build(
    error: ServiceError, domain: str, metadata: dict[str, str], violations: list[Violation]
) -> status_pb2.Status:
    number: int = error.code.value[0]
    status = status_pb2.Status(code=number, message=_clip(error.message, _MESSAGE_CHARS))
    texts = {key[:64]: _clip(value, _VALUE_CHARS) for key, value in metadata.items()}
    status.details.add().Pack(error_details_pb2.ErrorInfo(reason=error.reason[:63], domain=domain, metadata=texts))
    if violations:
        request = error_details_pb2.BadRequest()
        for violation in violations:
            request.field_violations.add(
                field=_clip(violation.field, _FIELD_CHARS),
                description=_clip(violation.description, _DESCRIPTION_CHARS),
            )
        status.details.add().Pack(request)
    if error.retry_after_s is not None:
        retry = error_details_pb2.RetryInfo()
        retry.retry_delay.FromMilliseconds(round(error.retry_after_s * 1000))
        status.details.add().Pack(retry)
    return status


def _size(status: status_pb2.Status) -> int:
    # The message travels once more as grpc-message, percent-encoded.
    return len(status.SerializeToString()) + len(quote(status.message))


def _clip(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _rich_status(error: grpc.aio.AioRpcError) -> status_pb2.Status | None:
    try:
        # Typed for the synchronous call; it reads only what AioRpcError has too.
        return rpc_status.from_call(cast("grpc.Call", error))
    except (ValueError, DecodeError):
        # A proxy wrote another code or message over ours: its word counts then.
        return None


def _read(kind: type[ServiceError], status: status_pb2.Status) -> ServiceError:
    info = error_details_pb2.ErrorInfo(reason=kind.code.name)
    request = error_details_pb2.BadRequest()
    retry = error_details_pb2.RetryInfo()
    for detail in status.details:
        for wanted in (info, request, retry):
            if detail.Is(wanted.DESCRIPTOR):
                detail.Unpack(wanted)
    return kind(
        info.reason,
        status.message,
        metadata=info.metadata,
        violations=[Violation(v.field, v.description) for v in request.field_violations],
        retry_after_s=retry.retry_delay.ToMilliseconds() / 1000 if retry.HasField("retry_delay") else None,
        domain=info.domain,
    )
