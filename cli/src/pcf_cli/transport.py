"""Requests to one server, and what can come of them in the command line's own errors."""

import asyncio
import json
import os
import ssl
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any, Final

import httpx

from pcf_cli import credential
from pcf_cli.elsewhere import LOOPBACK, elsewhere
from pcf_cli.exits import Refused, Unreachable, WrongUsage
from pcf_cli.problems import describe

__all__ = ["Transport", "open_transport"]

_LAST_PORT: Final = 65_535
_TOO_MANY: Final = 429
_ELSEWHERE: Final = 307
_FULL: Final = (b'"QUEUE_FULL"', b'"GATEWAY_FULL"')
_NOT_SERVING: Final = (502, 503, 504)
_CONNECT_S: Final = 5.0
_ANSWER_S: Final = 60.0
_SILENCE_S: Final = 45.0
"""Three times the interval in which the server says that it is still there."""
_ATTEMPTS: Final = 4
_LONGEST_WAIT_S: Final = 30.0
_BROKEN: Final = (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError)


@asynccontextmanager
async def open_transport(url: str) -> AsyncIterator["Transport"]:
    """Requests to the server at that address; nothing is sent yet."""
    base = _address(url)
    async with httpx.AsyncClient(
        base_url=base,
        headers=credential.headers(),
        timeout=httpx.Timeout(_ANSWER_S, connect=_CONNECT_S),
        verify=_trusting(),
        # With a proxy of the environment, this machine's own server would not be found.
        trust_env=base.host not in LOOPBACK,
    ) as http:
        yield Transport(http, url=str(base).rstrip("/"))


class Transport:
    """Sends; whatever does not end in an answer that can be used is raised."""

    def __init__(self, http: httpx.AsyncClient, *, url: str) -> None:
        self.url = url
        self._http = http

    async def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        key: str = "",
    ) -> httpx.Response:
        """Send a request that may be repeated: a read, or a change with an Idempotency-Key."""
        headers = {"Idempotency-Key": key} if key else {}
        request = self._http.build_request(method, path, params=query, json=body, headers=headers)
        with self._reaching():
            response = await self._attempts(request)
        self._check(response)
        return response

    @asynccontextmanager
    async def stream(
        self, path: str, *, headers: Mapping[str, str], may_move: bool = False
    ) -> AsyncIterator[httpx.Response]:
        """An answer that is read piece by piece; with `may_move`, also one that says where it is instead."""
        timeout = httpx.Timeout(_SILENCE_S, connect=_CONNECT_S)
        with self._reaching():
            async with self._http.stream("GET", path, headers=dict(headers), timeout=timeout) as response:
                if not response.is_success:
                    await response.aread()
                if not (may_move and response.status_code == _ELSEWHERE):
                    self._check(response)
                yield response

    @asynccontextmanager
    async def fetch(self, path: str) -> AsyncIterator[httpx.Response]:
        """A file that is read piece by piece, from here or from where the server sends us for it."""
        async with self.stream(path, headers={"Accept-Encoding": "identity"}, may_move=True) as response:
            if response.status_code != _ELSEWHERE:
                yield response
                return
            place = response.headers.get("location", "")
        async with elsewhere(place, server=self.url) as response:
            yield response

    def content(self, response: httpx.Response) -> Any:
        """The JSON of an answer."""
        try:
            return json.loads(response.content)
        except ValueError:
            raise self._stranger() from None

    async def _attempts(self, request: httpx.Request) -> httpx.Response:
        for _ in range(_ATTEMPTS - 1):
            try:
                response = await self._http.send(request)
            except _BROKEN:
                # A kept connection that the server closed just now; on a new one it may well go.
                continue
            wait_s = _asked_wait_s(response)
            # Who is to come back tomorrow is told so at once.
            if not _is_full(response) or wait_s > _LONGEST_WAIT_S:
                return response
            await asyncio.sleep(wait_s)
        return await self._http.send(request)

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        try:
            yield
        except (httpx.InvalidURL, httpx.UnsupportedProtocol) as error:
            raise WrongUsage(f"{self.url} is no address of a server: {error}.") from error
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise Unreachable(
                f"No server answers at {self.url}.",
                "  What to do: start one with `pcf-builder serve`, or say where it is with --url or PCF_URL.",
            ) from error
        except httpx.TimeoutException as error:
            raise Unreachable(f"The server at {self.url} does not answer in time.") from error
        except httpx.TransportError as error:
            raise Unreachable(f"The connection to {self.url} broke.") from error

    def _check(self, response: httpx.Response) -> None:
        if response.is_success:
            return
        problem = self._problem(response)
        facts = {"problem": problem}
        if response.status_code in _NOT_SERVING:
            raise Unreachable(*describe(problem), facts=facts)
        raise Refused(*describe(problem), facts=facts)

    def _problem(self, response: httpx.Response) -> Any:
        content = self.content(response)
        if not isinstance(content, dict) or "code" not in content:
            raise self._stranger()
        return content

    def _stranger(self) -> Unreachable:
        return Unreachable(
            f"{self.url} answers, but not as a PCF Builder does.", "  What to do: check --url and PCF_URL."
        )


def _trusting() -> ssl.SSLContext | bool:
    """The usual authorities, or those of SSL_CERT_FILE, which httpx would not look at for this machine's servers."""
    file = os.environ.get("SSL_CERT_FILE")
    if not file:
        return True
    try:
        return ssl.create_default_context(cafile=file)
    except (OSError, ssl.SSLError) as error:
        raise WrongUsage(f"SSL_CERT_FILE={file} cannot be used: {error}.") from error


def _is_full(response: httpx.Response) -> bool:
    """Whether all is well but for too many who want the same: nothing has happened yet."""
    if response.status_code == _TOO_MANY:
        return True
    return response.status_code in _NOT_SERVING and any(reason in response.content for reason in _FULL)


def _address(url: str) -> httpx.URL:
    try:
        address = httpx.URL(url)
    except httpx.InvalidURL as error:
        raise WrongUsage(f"{url} is no address of a server: {error}.") from error
    if address.scheme not in ("http", "https") or not address.host or (address.port or 0) > _LAST_PORT:
        raise WrongUsage(f"{url} is no address of a server: it should look like http://127.0.0.1:3000.")
    return address


def _asked_wait_s(response: httpx.Response) -> float:
    asked = response.headers.get("retry-after", "")
    return float(asked) if asked.isdecimal() else 1.0
