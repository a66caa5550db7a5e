"""What the OpenAPI document says about credentials: how they are sent, and which scope each operation needs."""

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


def add_to(document: dict[str, Any]) -> None:
    document["components"]["securitySchemes"] = _SCHEMES
    for path in document["paths"].values():
        for operation in path.values():
            scope = SCOPE_BY_OPERATION[operation["operationId"]]
            # OpenAPI 3.1: for schemes other than OAuth2 the list names what the caller must be allowed.
            operation["security"] = [{"bearer": [scope]}, {"apiKey": [scope]}] if scope else []
