"""What the OpenAPI document says about callers: how credentials are sent, which scope each operation needs, limits."""

from typing import Any, Final

from pcf_gateway.auth.scopes import SCOPE_BY_OPERATION

__all__ = ["add_to"]

_SCHEMES: Final = {
    "bearer": {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key (`pcfb_…`) or a token of the identity provider.",
    },
    "apiKey": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "An API key (`pcfb_…`)."},
}
_LIMIT_HEADERS: Final = {
    "RateLimit-Policy": {
        "description": "The caller's limits, each with its window in seconds: `200;w=1, 6000;w=60`.",
        "schema": {"type": "string"},
    },
    "RateLimit-Limit": {
        "description": "Requests in the window that is nearest to being spent.",
        "schema": {"type": "integer"},
    },
    "RateLimit-Remaining": {"description": "What is left of it.", "schema": {"type": "integer"}},
    "RateLimit-Reset": {"description": "Seconds until it begins anew.", "schema": {"type": "integer"}},
}
_BEFORE_THE_CALLER: Final = ("401", "421")
"""Answered before it is known who asks."""


def add_to(document: dict[str, Any]) -> None:
    document["components"]["securitySchemes"] = _SCHEMES
    document["components"]["headers"] |= _LIMIT_HEADERS
    for path in document["paths"].values():
        for operation in path.values():
            scope = SCOPE_BY_OPERATION[operation["operationId"]]
            # OpenAPI 3.1: for schemes other than OAuth2 the list names what the caller must be allowed.
            operation["security"] = [{"bearer": [scope]}, {"apiKey": [scope]}] if scope else []
            if scope:
                _add_limits(operation)


def _add_limits(operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        if status not in _BEFORE_THE_CALLER:
            response["headers"] |= {name: {"$ref": f"#/components/headers/{name}"} for name in _LIMIT_HEADERS}
