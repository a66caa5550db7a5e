"""What a service raises, and what its callers catch: one tree, one class per gRPC code.

    ServiceError
    ├── InvalidArgument      the request is wrong in itself; do not repeat it
    ├── FailedPrecondition   right request, wrong state; repeat after the state has changed
    ├── OutOfRange           past the end of something that may still grow
    ├── Unauthenticated      who is asking is not known
    ├── PermissionDenied     known, and not allowed
    ├── NotFound             no such thing (or none that this caller may see)
    ├── AlreadyExists        there is one, and it is another
    ├── Aborted              lost a race; repeat from the reading step on
    ├── ResourceExhausted    too much at once; repeat after `retry_after_s`
    ├── Cancelled            the caller went away
    ├── Unimplemented        this server does not do that
    ├── Unavailable          not now; repeat with patience
    ├── DeadlineExceeded     out of time; whether it happened is not known
    ├── Internal             our fault; the log knows more
    ├── DataLoss             stored data is damaged
    └── Unknown              a peer failed without saying how

A servicer raises these and never catches; the errors interceptor turns them into a google.rpc.Status, and the
channel of the calling service turns that back into the same class with the same content.
"""
# ruff: noqa: N818 - the classes carry the names of the gRPC codes, which readers know

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import grpc


@dataclass(frozen=True, slots=True)
class Violation:
    """One field of a request, and what is wrong with it."""

    field: str
    description: str


class ServiceError(Exception):
    """A failure with a machine-readable reason (UPPER_SNAKE) that travels between services unchanged."""

    code: ClassVar[grpc.StatusCode]

    def __init__(
        self,
        reason: str,
        message: str,
        *,
        metadata: Mapping[str, str] | None = None,
        violations: Sequence[Violation] = (),
        retry_after_s: float | None = None,
        domain: str = "",
    ) -> None:
        super().__init__(reason, message)
        self.reason = reason
        self.message = message
        self.metadata = dict(metadata or {})
        self.violations = tuple(violations)
        self.retry_after_s = retry_after_s
        self.domain = domain
        """Whose error it is; empty for the server's own, set when it came from another service."""

    def __str__(self) -> str:
        return f"{self.reason}: {self.message}"


class InvalidArgument(ServiceError):
    code = grpc.StatusCode.INVALID_ARGUMENT


class FailedPrecondition(ServiceError):
    code = grpc.StatusCode.FAILED_PRECONDITION


class OutOfRange(ServiceError):
    code = grpc.StatusCode.OUT_OF_RANGE


class Unauthenticated(ServiceError):
    code = grpc.StatusCode.UNAUTHENTICATED


class PermissionDenied(ServiceError):
    code = grpc.StatusCode.PERMISSION_DENIED


class NotFound(ServiceError):
    code = grpc.StatusCode.NOT_FOUND


class AlreadyExists(ServiceError):
    code = grpc.StatusCode.ALREADY_EXISTS


class Aborted(ServiceError):
    code = grpc.StatusCode.ABORTED


class ResourceExhausted(ServiceError):
    code = grpc.StatusCode.RESOURCE_EXHAUSTED


class Cancelled(ServiceError):
    code = grpc.StatusCode.CANCELLED


class Unimplemented(ServiceError):
    code = grpc.StatusCode.UNIMPLEMENTED


class Unavailable(ServiceError):
    code = grpc.StatusCode.UNAVAILABLE


class DeadlineExceeded(ServiceError):
    code = grpc.StatusCode.DEADLINE_EXCEEDED


class Internal(ServiceError):
    code = grpc.StatusCode.INTERNAL


class DataLoss(ServiceError):
    code = grpc.StatusCode.DATA_LOSS


class Unknown(ServiceError):
    code = grpc.StatusCode.UNKNOWN
