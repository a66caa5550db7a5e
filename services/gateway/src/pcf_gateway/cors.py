"""Pages of other origins that may read what the gateway answers: those that are named, and no others.

A few lines of the edge's own: Starlette's middleware would be another layer around every request, and would have
preflights, which carry no credential, pass by the edge's own headers and its log.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from starlette.types import Send

__all__ = ["Cors", "origin_problems"]

Header = tuple[bytes, bytes]

_ORIGIN: Final = re.compile(r"https?://(?:[a-z0-9-]+(?:\.[a-z0-9-]+)*|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")
_LOOPBACK: Final = re.compile(r"http://(?:127\.0\.0\.1|localhost|\[::1\])(?::[0-9]{1,5})?")
_VARY: Final[Header] = (b"vary", b"Origin")
_PREFLIGHT_KEPT_S: Final = 600
_METHODS: Final = b"GET, HEAD, POST"
_REQUEST_HEADERS: Final = (
    b"Authorization, X-API-Key, Content-Type, Idempotency-Key, X-Request-Id, X-Request-Timeout, Last-Event-ID, Range, "
    b"If-Range, If-None-Match, traceparent, tracestate"
)
_RESPONSE_HEADERS: Final = (
    b"X-Request-Id, Location, Retry-After, RateLimit-Policy, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, "
    b"ETag, Accept-Ranges, Content-Range, Content-Disposition, Log-Frontier, WWW-Authenticate"
)


class Cors:
    """Knows the origins. There are no cookies here, so browsers never need to be told to send them."""

    def __init__(self, origins: Sequence[str]) -> None:
        self._origins = frozenset(origin.encode() for origin in origins)

    def is_preflight(self, method: str, headers: Mapping[bytes, bytes]) -> bool:
        """Whether a browser asks, without a credential, whether a page of a known origin may send a request."""
        return (
            method == "OPTIONS"
            and b"access-control-request-method" in headers
            and headers.get(b"origin") in self._origins
        )

    async def answer(self, send: Send) -> None:
        """The same for every request that may come of it; `fields` adds for whom."""
        answer = [
            (b"access-control-allow-methods", _METHODS),
            (b"access-control-allow-headers", _REQUEST_HEADERS),
            (b"access-control-max-age", b"%d" % _PREFLIGHT_KEPT_S),
        ]
        await send({"type": "http.response.start", "status": 204, "headers": answer})
        await send({"type": "http.response.body", "body": b""})

    def fields(self, headers: Mapping[bytes, bytes]) -> tuple[Header, ...]:
        """What every response carries, as the request's origin wants it."""
        if not self._origins:
            return ()
        origin = headers.get(b"origin")
        if origin is None or origin not in self._origins:
            return (_VARY,)
        return (
            _VARY,
            (b"access-control-allow-origin", origin),
            (b"access-control-expose-headers", _RESPONSE_HEADERS),
        )


def origin_problems(origins: Sequence[str], *, is_production: bool) -> Iterator[str]:
    """What is wrong with a list of origins, each a sentence without its subject."""
    for origin in origins:
        if _ORIGIN.fullmatch(origin) is None:
            yield f"holds {origin!r}: an origin is https://host or https://host:port, in lower case, without a path"
        elif is_production and origin.startswith("http:") and _LOOPBACK.fullmatch(origin) is None:
            yield f"holds {origin!r}, which production does not allow: it must begin with https://"
