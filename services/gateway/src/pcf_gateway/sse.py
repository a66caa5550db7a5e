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
_logger: Final = logging.getLogger(__name__)


class EventFeed:
    """A build's events, with the first of them asked for already."""

    def __init__(self, events: AsyncGenerator[BuildEvent, None]) -> None:
        self._events = events
        self._next = self._ask()

    async def is_over(self, *, within_s: float) -> bool:
        """Whether there is nothing to send. Raises what the service refused the watch with.

        Undecided within the time means no: the build runs and nothing has happened yet.
        """
        done, _ = await asyncio.wait({self._next}, timeout=within_s)
        if not done:
            return False
        over = self._next.result() is None
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
                    event = self._next.result()
                    if event is None:
                        return
                    self._next = self._ask()
                    yield encode(event)
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
        self._next.cancel()
        await asyncio.gather(self._next, return_exceptions=True)
        await self._events.aclose()

    def _ask(self) -> asyncio.Task[BuildEvent | None]:
        return asyncio.create_task(self._following(), name="next build event")

    async def _following(self) -> BuildEvent | None:
        return await anext(self._events, None)


def encode(event: BuildEvent) -> bytes:
    # JSON written by pydantic holds no line break, so that one data line is enough.
    return f"id: {event.sequence}\nevent: {event.type}\ndata: {event.model_dump_json()}\n\n".encode()
