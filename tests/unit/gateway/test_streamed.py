"""A streamed response: sent to its end, cut when it breaks, stopped when the client leaves."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from pcf_gateway.streamed import StreamedResponse
from pcf_runtime.errors import DataLoss


class Client:
    """The other end: collects what is sent, and leaves when told."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []
        self.leaves = asyncio.Event()
        self.got_something = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self.leaves.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        self.messages.append(message)
        if message.get("body"):
            self.got_something.set()

    def body(self) -> bytes:
        return b"".join(message.get("body", b"") for message in self.messages)

    def is_complete(self) -> bool:
        return self.messages[-1].get("more_body") is False


async def serve(pieces: AsyncGenerator[bytes, None], client: Client, closed: asyncio.Event) -> None:
    response = StreamedResponse(pieces, media_type="text/plain", headers={}, close=closed.set)
    await response({"type": "http"}, client.receive, client.send)


async def test_it_is_sent_to_its_end():
    async def pieces() -> AsyncGenerator[bytes, None]:
        yield b"a"
        yield b"b"

    client, closed = Client(), asyncio.Event()
    await serve(pieces(), client, closed)

    assert (client.body(), client.is_complete(), closed.is_set()) == (b"ab", True, True)


async def test_what_breaks_is_not_completed():
    async def pieces() -> AsyncGenerator[bytes, None]:
        yield b"a"
        raise DataLoss("DAMAGED", "The rest is damaged.")

    client, closed = Client(), asyncio.Event()
    await serve(pieces(), client, closed)

    assert (client.body(), client.is_complete(), closed.is_set()) == (b"a", False, True)


async def test_a_client_that_leaves_stops_the_making():
    stopped = asyncio.Event()

    async def pieces() -> AsyncGenerator[bytes, None]:
        try:
            yield b"a"
            await asyncio.Event().wait()
        finally:
            stopped.set()

    client, closed = Client(), asyncio.Event()
    serving = asyncio.create_task(serve(pieces(), client, closed))
    await client.got_something.wait()
    client.leaves.set()
    await serving

    assert (stopped.is_set(), closed.is_set(), client.is_complete()) == (True, True, False)
