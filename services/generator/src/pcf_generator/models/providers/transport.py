"""The HTTP client under the SDKs: nothing from the environment, and no answer longer than one can be."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import httpx2

__all__ = ["AnswerTooLargeError", "http_client", "time_limits"]

_MOST_BYTES: Final = 8 * 1024 * 1024
"""Of one answer on the wire: a token takes some 300 bytes as an event of its own."""
_LIMITS: Final = httpx2.Limits(max_connections=1000, max_keepalive_connections=100, keepalive_expiry=30.0)


class AnswerTooLargeError(Exception):
    """More came than any answer has."""


def http_client(*, proxy: str | None, ca_file: Path | None) -> httpx2.AsyncClient:
    """For one provider. Redirects are not followed: they would carry the key elsewhere."""
    verify = ssl.create_default_context(cafile=ca_file) if ca_file else True
    transport = httpx2.AsyncHTTPTransport(verify=verify, trust_env=False, limits=_LIMITS, proxy=proxy)
    # Packed, a small answer may hide a huge one.
    headers = {"accept-encoding": "identity"}
    return httpx2.AsyncClient(transport=_Capped(transport), trust_env=False, headers=headers)


def time_limits(timeout_s: float, *, connect_s: float) -> httpx2.Timeout:
    return httpx2.Timeout(timeout_s, connect=min(connect_s, timeout_s))


class _Capped(httpx2.AsyncBaseTransport):
    """Ends an answer with AnswerTooLargeError."""

    def __init__(self, inner: httpx2.AsyncBaseTransport) -> None:
        self._inner = inner

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        response = await self._inner.handle_async_request(request)
        assert isinstance(response.stream, httpx2.AsyncByteStream)  # noqa: S101 - what asynchronous transports give
        response.stream = _CappedStream(response.stream)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class _CappedStream(httpx2.AsyncByteStream):
    def __init__(self, inner: httpx2.AsyncByteStream) -> None:
        self._inner = inner

    async def __aiter__(self) -> AsyncIterator[bytes]:
        size = 0
        async for chunk in self._inner:
            size += len(chunk)
            if size > _MOST_BYTES:
                raise AnswerTooLargeError
            yield chunk

    async def aclose(self) -> None:
        await self._inner.aclose()
