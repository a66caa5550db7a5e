"""A route that looks whether its caller may do what it does, before anything of the request is read."""

from collections.abc import Callable
from typing import Any

from fastapi.routing import APIRoute
from starlette.types import Receive, Scope, Send

from pcf_gateway.auth.principal import authorise
from pcf_gateway.auth.scopes import SCOPE_BY_OPERATION

__all__ = ["ScopedRoute"]


class ScopedRoute(APIRoute):
    """Its operation stands in the table of scopes; KeyError, and so no start, if it does not."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        super().__init__(path, endpoint, **options)
        self._operation = str(self.operation_id)
        SCOPE_BY_OPERATION[self._operation]

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Another method is refused as such, whoever asks.
        if scope["method"] in (self.methods or ()):
            authorise(scope, self._operation)
        await super().handle(scope, receive, send)
