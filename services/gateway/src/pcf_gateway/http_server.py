"""Uvicorn under our lifecycle: it leaves the signals alone, and ends when asked without losing a request."""

import asyncio
import contextlib
import math
import socket
from collections.abc import Iterator

import uvicorn
from pcf_runtime.addresses import AddressUnavailableError
from starlette.types import ASGIApp


class HttpServer:
    """A server that can be started once and drained once."""

    def __init__(self, app: ASGIApp, *, host: str, port: int, keep_alive_s: float, drain_grace_s: float) -> None:
        self.port = port
        self._host = host
        self._drain_grace_s = drain_grace_s
        self._server = _Server(
            uvicorn.Config(
                app,
                lifespan="off",
                ws="none",
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                timeout_keep_alive=math.ceil(keep_alive_s),
                timeout_graceful_shutdown=math.ceil(drain_grace_s),
            )
        )
        self._serving: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Listen and answer. AddressUnavailableError if the port is taken."""
        listener = self._listen()
        self.port = listener.getsockname()[1]
        self._serving = asyncio.create_task(self._server.serve(sockets=[listener]), name="http server")
        started = asyncio.create_task(self._server.listening.wait())
        await asyncio.wait({self._serving, started}, return_when=asyncio.FIRST_COMPLETED)

    async def drain(self) -> None:
        """Take no more connections, finish the requests in flight within the grace period, then close."""
        if self._serving is None:
            return
        self._server.should_exit = True
        await self._serving
        self._serving = None

    def _listen(self) -> socket.socket:
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        # The protocol is named because asyncio switches Nagle's algorithm off only where it sees TCP; with
        # socket.create_server, which leaves it 0, every response would wait 40 ms for the client's ACK.
        listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((self._host, self.port))
        except OSError as error:
            listener.close()
            raise AddressUnavailableError("HTTP server", self._host, self.port) from error
        listener.setblocking(False)
        return listener


class _Server(uvicorn.Server):
    """Uvicorn's server without its signal handlers: the process has its own, and drains in its own order."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()
