"""How a route is documented: its name, and every way in which it can be refused, each with an example."""

from collections import defaultdict
from typing import Any, Final

from pcf_runtime.request_context import RequestContext, bind

from pcf_gateway.auth.scopes import SCOPE_BY_OPERATION
from pcf_gateway.problems.refusal import MEDIA_TYPE, Refusal, problem
from pcf_gateway.problems.table import REASONS

EXAMPLE_REQUEST_ID: Final = "7f0c2a1e-5b7d-4d8e-9a63-0c1f2e3d4b5a"
# Whatever is asked: parameters can be wrong, bodies too large, the host another's, the gateway broken.
_ALWAYS: Final = ("INVALID_REQUEST", "BODY_TOO_LARGE", "MISDIRECTED_REQUEST", "INTERNAL")
# Whatever needs a scope, while authentication is on.
_UNKNOWN: Final = ("CREDENTIAL_MISSING", "CREDENTIAL_INVALID", "SCOPE_MISSING")
# Whoever is known can ask too much.
_LIMITED: Final = ("RATE_LIMITED", "TOO_MANY_AT_ONCE", "TOO_MANY_FAILURES", "GATEWAY_FULL")
_ON_CHANGES: Final = ("CROSS_SITE",)
# Whatever another service is asked: it can be busy, away or slow.
_BEHIND: Final = ("TOO_BUSY", "UNAVAILABLE", "DEADLINE_EXCEEDED")
_WITH_BODY: Final = ("BAD_JSON", "BODY_TOO_SLOW", "UNSUPPORTED_MEDIA_TYPE")
_RETRY_AFTER: Final = {
    "Retry-After": {"description": "Seconds to wait before trying again.", "schema": {"type": "integer"}}
}
_MAY_COME_BACK: Final = (429, 503)


def describe(
    operation_id: str,
    summary: str,
    *reasons: str,
    tag: str,
    reads_body: bool = False,
    changes: bool = False,
    asks_service: bool = True,
    responses: dict[int | str, dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """The arguments for FastAPI's route decorators; the description is the endpoint's docstring."""
    wanted = [*reasons, *_ALWAYS]
    wanted += _WITH_BODY if reads_body else ()
    wanted += _ON_CHANGES if changes else ()
    wanted += (*_UNKNOWN, *_LIMITED) if SCOPE_BY_OPERATION[operation_id] else ()
    wanted += _BEHIND if asks_service else ()
    return {
        "operation_id": operation_id,
        "summary": summary,
        "tags": [tag],
        "responses": {**(responses or {}), **_refusals(wanted)},
    }


def _refusals(reasons: list[str]) -> dict[int | str, dict[str, Any]]:
    by_status: dict[int, list[str]] = defaultdict(list)
    for reason in reasons:
        by_status[REASONS[reason].status].append(reason)
    return {status: _response(status, by_status[status]) for status in sorted(by_status)}


def _response(status: int, reasons: list[str]) -> dict[str, Any]:
    return {
        "description": " ".join(REASONS[reason].user_message for reason in reasons),
        "headers": dict(_RETRY_AFTER) if status in _MAY_COME_BACK else {},
        "content": {
            MEDIA_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "examples": {reason: {"value": _example(reason)} for reason in reasons},
            }
        },
    }


def _example(reason: str) -> dict[str, Any]:
    with bind(RequestContext(request_id=EXAMPLE_REQUEST_ID)):
        refusal = Refusal(reason, REASONS[reason].user_message)
        return problem(refusal).model_dump(mode="json", by_alias=True)
