"""A route that takes nothing it does not understand: no unknown or doubled parameter, only strict JSON."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Coroutine
from email.message import Message
from typing import Any, Final, NoReturn
from urllib.parse import parse_qsl

from fastapi import Request, Response
from pcf_runtime.deadlines import time_left
from pcf_runtime.errors import Violation

from pcf_gateway.auth.scoped_route import ScopedRoute
from pcf_gateway.problems.refusal import Refusal

_JSON: Final = "application/json"
_UTF_8: Final = ("utf-8", "utf8")


class StrictRoute(ScopedRoute):
    """FastAPI reads the parameters and the body; this refuses first what FastAPI would let pass."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()
        known = frozenset(parameter.alias for parameter in self.dependant.query_params)
        read = _read_json if self.body_field is not None else _read_nothing

        async def strict(request: Request) -> Response:
            check_query(request.scope["query_string"], known)
            return await handle(await read(request))

        return strict


def check_query(query: bytes, known: frozenset[str]) -> None:
    """Refuse parameters that are unknown, and those given more than once."""
    if not query:
        return
    times = Counter(name for name, _ in parse_qsl(query.decode("latin-1"), keep_blank_values=True))
    violations = [
        Violation(name[:100], "is not a parameter here" if name not in known else "may be given only once")
        for name, count in times.items()
        if name not in known or count > 1
    ]
    if violations:
        raise Refusal("INVALID_REQUEST", "The query holds parameters that cannot be used.", violations=violations)


class _JsonRequest(Request):
    """A request whose body has been read already."""

    _content: object = None

    async def json(self) -> object:
        return self._content

    async def load(self) -> None:
        try:
            # A client that sends a byte a minute must not hold a place for hours.
            async with asyncio.timeout(time_left()):
                body = await self.body()
        except TimeoutError:
            raise Refusal("BODY_TOO_SLOW", "The body did not arrive within the request's time.") from None
        self._content = _parse(body)


async def _read_nothing(request: Request) -> Request:
    return request


async def _read_json(request: Request) -> Request:
    _check_content_type(request.headers.get("content-type", ""))
    loaded = _JsonRequest(request.scope, request.receive)
    await loaded.load()
    return loaded


def _check_content_type(value: str) -> None:
    message = Message()
    message["content-type"] = value
    charset = message.get_content_charset("utf-8")
    # Without a type Message says text/plain, which is refused as it should be.
    if message.get_content_type() != _JSON or charset not in _UTF_8:
        raise Refusal("UNSUPPORTED_MEDIA_TYPE", "The body must be application/json in UTF-8.")


def _parse(body: bytes) -> object:
    try:
        return json.loads(body.decode("utf-8"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise Refusal("BAD_JSON", "The body is not UTF-8.") from None
    except RecursionError:
        raise Refusal("BAD_JSON", "The body is nested too deeply.") from None
    except ValueError:
        raise Refusal("BAD_JSON", "The body is not JSON.") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
