"""A response whose body comes piece by piece and stops being made the moment the client has gone."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from typing import Final

from pcf_runtime.errors import ServiceError
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

_logger: Final = logging.getLogger(__name__)


class StreamedResponse(Response):
    """Sends what the generator yields; `close` is called in the end, whether it ended well or not.

    Starlette's own StreamingResponse leaves a generator that was cancelled in the middle of a send to the
    garbage collector, and with it the call to the service behind.
    """

    def __init__(
        self,
        pieces: AsyncGenerator[bytes, None],
        *,
        media_type: str,
        headers: Mapping[str, str],
        status_code: int = 200,
        close: Callable[[], object] = lambda: None,
    ) -> None:
        self._pieces = pieces
        self._close = close
        self.status_code = status_code
        self.media_type = media_type
        self.background = None
        self.init_headers(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI
        sending = asyncio.create_task(self._send(send), name="stream to client")
        leaving = asyncio.create_task(_wait_until_gone(receive), name="client leaving")
        try:
            await asyncio.wait({sending, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (sending, leaving):
                task.cancel()
            await asyncio.wait({sending, leaving})
            self._close()
        if not sending.cancelled():
            sending.result()

    async def _send(self, send: Send) -> None:
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        try:
            async with aclosing(self._pieces) as pieces:
                async for piece in pieces:
                    await send({"type": "http.response.body", "body": piece, "more_body": True})
        except ServiceError as error:
            # Too late for a problem. Without the last message the server cuts the connection, which tells the
            # client that this was not all; a clean end would pass a part off as the whole.
            _logger.warning("stream broken off", extra={"error.code": error.reason})
            return
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _wait_until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
