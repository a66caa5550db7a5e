"""Server-sent events: the events of a build as text/event-stream (HTML standard, section 9.2)."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from typing import Final

from pcf_runtime.errors import ServiceError

from pcf_gateway.resources.events import BuildEvent

MEDIA_TYPE: Final = "text/event-stream"
_RECONNECT: Final = b"retry: 1000\n\n"
_HEARTBEAT: Final = b": still here\n\n"
_GATHERING_S: Final = 0.005
"""How long an event waits for those right behind it, to be sent as one: less than anyone notices."""
_logger: Final = logging.getLogger(__name__)


class EventFeed:
    """A build's events, read ahead of the client: a build has tens of them."""

    def __init__(self, events: AsyncGenerator[BuildEvent, None]) -> None:
        self._events = events
        self._came: list[bytes] = []
        self._stirred = asyncio.Event()
        self._reading = asyncio.create_task(self._read(), name="build events")
        self._next = self._ask()

    async def is_over(self, *, within_s: float) -> bool:
        """Whether there is nothing to send. Raises what the service refused the watch with.

        Undecided within the time means no: the build runs and nothing has happened yet.
        """
        done, _ = await asyncio.wait({self._next}, timeout=within_s)
        if not done:
            return False
        over = not self._next.result()
        if over:
            await self.close()
        return over

    async def encoded(self, *, heartbeat_s: float, leaving: asyncio.Event) -> AsyncGenerator[bytes, None]:
        """The stream's bytes, with a comment wherever it was silent for `heartbeat_s`; ends when we leave."""
        left = asyncio.create_task(leaving.wait(), name="server leaving")
        try:
            yield _RECONNECT
            while True:
                done, _ = await asyncio.wait(
                    {self._next, left}, timeout=heartbeat_s, return_when=asyncio.FIRST_COMPLETED
                )
                if self._next in done:
                    events = self._next.result()
                    if not events:
                        return
                    self._next = self._ask()
                    yield events
                elif left in done:
                    return
                else:
                    yield _HEARTBEAT
        except ServiceError as error:
            # A clean end: the client comes back with Last-Event-ID and is then told with a problem.
            _logger.info("event stream ended early", extra={"error.code": error.reason})
        finally:
            left.cancel()
            await self.close()

    async def close(self) -> None:
        for task in (self._next, self._reading):
            task.cancel()
        await asyncio.gather(self._next, self._reading, return_exceptions=True)
        await self._events.aclose()

    async def _read(self) -> None:
        try:
            async for event in self._events:
                self._came.append(encode(event))
                self._stirred.set()
        finally:
            self._stirred.set()

    def _ask(self) -> asyncio.Task[bytes]:
        return asyncio.create_task(self._following(), name="next build events")

    async def _following(self) -> bytes:
        """What has come, at least one event; nothing at the end. Raises what the service ended the watch with."""
        if not self._came and not self._reading.done():
            await self._stirred.wait()
        await asyncio.wait({self._reading}, timeout=_GATHERING_S)
        if not self._came:
            self._reading.result()
        self._stirred.clear()
        came, self._came = b"".join(self._came), []
        return came


def encode(event: BuildEvent) -> bytes:
    # JSON written by pydantic holds no line break, so that one data line is enough.
    return f"id: {event.sequence}\nevent: {event.type}\ndata: {event.model_dump_json()}\n\n".encode()
