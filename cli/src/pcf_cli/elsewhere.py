"""Files that the server keeps on another one, which gets nothing but the address that our server gave us for it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import httpx

from pcf_cli.exits import Refused, Unreachable

__all__ = ["LOOPBACK", "elsewhere"]

LOOPBACK: Final = ("127.0.0.1", "localhost", "::1")
_TIMEOUT: Final = httpx.Timeout(45.0, connect=5.0)
_SERVER_FAULT: Final = 500


@asynccontextmanager
async def elsewhere(url: str, *, server: str) -> AsyncIterator[httpx.Response]:
    """The answer at that address, read piece by piece: no header or cookie of ours goes there."""
    place = _place(url, server=server)
    # Only the address may be said of it in an error: the rest of the URL is a credential.
    who = f"{place.scheme}://{place.netloc.decode()}, where {server} keeps its files,"
    try:
        async with (
            httpx.AsyncClient(timeout=_TIMEOUT, trust_env=place.host not in LOOPBACK, follow_redirects=True) as http,
            http.stream("GET", place, headers={"Accept-Encoding": "identity"}) as response,
        ):
            if response.status_code >= _SERVER_FAULT:
                raise Unreachable(f"{who} cannot serve now ({response.status_code}).")
            if not response.is_success:
                raise Refused(f"{who} refuses the download ({response.status_code}).", "  What to do: try again.")
            yield response
    except httpx.TransportError as error:
        raise Unreachable(f"{who} cannot be reached from here.") from error


def _place(url: str, *, server: str) -> httpx.URL:
    try:
        place = httpx.URL(url)
    except httpx.InvalidURL:
        place = httpx.URL()
    if place.scheme not in ("http", "https") or not place.host:
        raise Refused(f"{server} keeps its files at an address that cannot be used.")
    if server.startswith("https:") and place.scheme != "https":
        raise Refused(f"{server} keeps its files where anyone can read along (http); nothing was fetched.")
    return place
