"""A route for the plain read: its only parameters stand in its path, and it answers with one resource.

FastAPI would look for parameters in query, headers and cookies, solve dependencies and open two exit stacks, which
together cost as much as all the rest of such a request. This does the same without: FastAPI's own fields check the
path, the query must be empty, and errors go where all errors go. How it is documented stays FastAPI's.
"""

from collections.abc import Callable
from typing import Any, Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.types import Receive, Scope, Send

from pcf_gateway.auth.scoped_route import ScopedRoute
from pcf_gateway.strict_route import check_query

_JSON: Final = (b"content-type", b"application/json")
_NO_PARAMETERS: Final[frozenset[str]] = frozenset()


class DirectRoute(ScopedRoute):
    """Its endpoint takes the path's parameters by name and returns a Resource."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self._fields = tuple((field.alias, field) for field in self.dependant.path_params)
        self.app = self._answer

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - there is no body
        check_query(scope["query_string"], _NO_PARAMETERS)
        resource = await self.endpoint(**self._arguments(scope["path_params"]))
        body: bytes = resource.model_dump_json(by_alias=True).encode()
        headers = [(b"content-length", str(len(body)).encode()), _JSON]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    def _arguments(self, sent: dict[str, str]) -> dict[str, Any]:
        arguments = {}
        for name, field in self._fields:
            arguments[name], errors = field.validate(sent[name], {}, loc=("path", name))
            if errors:
                raise RequestValidationError(errors)
        return arguments


def read(app: FastAPI, path: str, endpoint: Callable[..., Any], **documented: Any) -> None:
    """Add such a route, with what `describe` says of it."""
    app.router.add_api_route(path, endpoint, methods=["GET"], route_class_override=DirectRoute, **documented)
