"""From whatever ended a request to the problem that says so; only here are FastAPI's errors known."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from pcf_runtime.errors import ServiceError, Violation
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Match

from pcf_gateway.problems import table
from pcf_gateway.problems.refusal import Refusal, from_service, response

# An id of another shape names nothing, just as an unknown one: both are 404.
_NOT_FOUND: Final[Mapping[str, tuple[str, str]]] = {
    "build_id": ("BUILD_NOT_FOUND", "A build's id is a ULID: 26 upper-case letters and digits."),
    "kind": ("ARTIFACT_NOT_FOUND", "A build has the artifacts `source` and `report`."),
    "capability_id": ("CAPABILITY_NOT_FOUND", "A capability's id is lower-case letters, digits and dashes."),
    "event_id": ("EVENT_NOT_FOUND", "An audit event's id is a ULID: 26 upper-case letters and digits."),
    "key_id": ("KEY_NOT_FOUND", "A key's id is a ULID: 26 upper-case letters and digits."),
}
_FIELD_CHARS: Final = 100


def install(app: FastAPI) -> None:
    app.add_exception_handler(Refusal, _refused)
    app.add_exception_handler(ServiceError, _service_refused)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _failed)


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refusal)  # noqa: S101 - Starlette types every handler for Exception
    return response(error)


async def _service_refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, ServiceError)  # noqa: S101
    return response(from_service(error))


async def _invalid(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    return response(_from_validation(error.errors()))


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    if error.status_code == table.REASONS["METHOD_NOT_ALLOWED"].status:
        allow = _allowed_methods(request)
        return response(Refusal("METHOD_NOT_ALLOWED", f"Allowed here: {allow}.", headers={"Allow": allow}))
    return response(Refusal("PATH_NOT_FOUND", "No resource has this path."))


async def _failed(_request: Request, _error: Exception) -> Response:
    # The error itself is logged, with its stack, by the server that called us; it is not shown.
    return response(Refusal("INTERNAL", "The service failed; its log tells more under this request's id."))


def _from_validation(errors: Sequence[Mapping[str, Any]]) -> Refusal:
    for error in errors:
        where = error["loc"]
        if where[0] == "path" and where[1] in _NOT_FOUND:
            return Refusal(*_NOT_FOUND[where[1]])
    violations = [_violation(error) for error in errors]
    about_prompt = any(violation.field == "prompt" for violation in violations)
    return Refusal(
        "PCF_INT_001" if about_prompt else "INVALID_REQUEST",
        "; ".join(f"{violation.field}: {violation.description}" for violation in violations[:3]),
        violations=violations,
    )


def _violation(error: Mapping[str, Any]) -> Violation:
    place, *path = error["loc"]
    field = ".".join(str(part) for part in path) or str(place)
    # The name of an unknown field is the client's, and may be long.
    return Violation(field[:_FIELD_CHARS], error["msg"])


def _allowed_methods(request: Request) -> str:
    """Every method of the path; Starlette names only those of the first route that fits it."""
    methods: set[str] = set()
    for route in request.app.routes:
        if route.matches(request.scope)[0] is not Match.NONE:
            methods |= route.methods or set()
    return ", ".join(sorted(methods))
