"""A request that is not served, and the problem details that say so."""

from collections.abc import Mapping, Sequence
from typing import Final

from pcf_runtime import request_context
from pcf_runtime.errors import ServiceError, Violation
from starlette.responses import Response

from pcf_gateway.problems import table
from pcf_gateway.resources.fields import StageName
from pcf_gateway.resources.problems import FieldViolation, Problem

MEDIA_TYPE: Final = "application/problem+json"
_MAX_VIOLATIONS: Final = 20
_SERVER_FAULT: Final = 500
_FIXED_DETAILS: Final[Mapping[int, str]] = {
    499: "The client went away.",
    500: "The service failed; its log tells more under this request's id.",
    501: "This part of the service is not there yet.",
    503: "A service behind the gateway does not answer.",
    504: "The request's time ran out before the answer came.",
}


class Refusal(Exception):  # noqa: N818 - a refusal is no fault
    """Why this request is not served; becomes the response, wherever it is raised."""

    def __init__(
        self,
        reason: str,
        detail: str,
        *,
        status: int | None = None,
        violations: Sequence[Violation] = (),
        details: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail
        self.status = table.REASONS[reason].status if status is None else status
        self.code = _code(reason, self.status)
        self.violations = violations
        self.details = dict(details or {})
        self.headers = dict(headers or {})


def from_service(error: ServiceError) -> Refusal:
    """The refusal that an error of a service behind the gateway amounts to."""
    advice = table.REASONS.get(error.reason)
    status = table.HTTP_STATUS[error.code] if advice is None else advice.status
    # Without a domain it was not our service that spoke: gRPC's own words name addresses inside.
    ours = error.domain and status != _SERVER_FAULT
    wait = error.retry_after_s
    return Refusal(
        error.reason,
        error.message if ours else _FIXED_DETAILS.get(status, "The service refused the request."),
        status=status,
        violations=error.violations,
        details=error.metadata,
        # Whole seconds only (RFC 9110), and never less than what was asked for.
        headers={} if wait is None else {"Retry-After": str(max(1, -int(-wait // 1)))},
    )


def response(refusal: Refusal) -> Response:
    return Response(
        problem(refusal).model_dump_json(by_alias=True),
        status_code=refusal.status,
        headers=refusal.headers,
        media_type=MEDIA_TYPE,
    )


def problem(refusal: Refusal) -> Problem:
    details = dict(refusal.details)
    user_message, suggestion = table.words(refusal.reason, refusal.status)
    return Problem(
        type=f"urn:pcf:problem:{refusal.reason.lower().replace('_', '-')}",
        title=_title(refusal.reason),
        status=refusal.status,
        detail=refusal.detail,
        instance=f"/requests/{request_context.current().request_id}",
        code=refusal.code,
        stage=_stage(refusal.code),
        # A service that knows better than the table says so in its metadata.
        user_message=details.pop("user_message", user_message),
        suggestion=details.pop("suggestion", suggestion),
        alternatives=[one for one in details.pop("alternatives", "").split("\n") if one],
        details=details,
        reason=refusal.reason,
        violations=[
            FieldViolation(field=one.field, description=one.description) for one in refusal.violations[:_MAX_VIOLATIONS]
        ],
    )


def _code(reason: str, status: int) -> str:
    if reason.startswith("PCF_"):
        return reason.replace("_", "-")
    return table.CODES.get(status, table.OTHER_CODE)


def _stage(code: str) -> StageName | None:
    if code == table.CROSS_REFERENCE_CODE:
        return "final-validation"
    return table.STAGES.get(code.removeprefix("PCF-").partition("-")[0])


def _title(reason: str) -> str:
    return reason.replace("_", "-") if reason.startswith("PCF_") else reason.replace("_", " ").capitalize()
