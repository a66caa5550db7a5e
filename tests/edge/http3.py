"""A client that speaks HTTP/3, one connection, requests one after another or at once."""

import asyncio
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aioquic.asyncio import QuicConnectionProtocol, connect
from aioquic.h3.connection import H3Connection
from aioquic.h3.events import DataReceived, H3Event, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from aioquic.quic.events import ConnectionTerminated, QuicEvent, StreamReset

__all__ = ["Answer", "Client", "Reset", "http3"]

_WITHIN_S = 60.0
_NONE: Mapping[str, str] = {}


class Reset(Exception):  # noqa: N818 - what happened to the stream
    """The server ended the stream, or the connection, without an answer."""


@dataclass(slots=True)
class Answer:
    """An answer, and how many pieces its body came in."""

    headers: dict[str, str] = field(default_factory=dict)
    pieces: list[bytes] = field(default_factory=list)

    @property
    def status(self) -> int:
        return int(self.headers[":status"])

    @property
    def body(self) -> bytes:
        return b"".join(self.pieces)

    def json(self) -> Any:
        return json.loads(self.body)


class Client(QuicConnectionProtocol):
    """Made by `http3`."""

    def __init__(self, *args: Any, **how: Any) -> None:
        super().__init__(*args, **how)
        self._http = H3Connection(self._quic)
        self._answers: dict[int, Answer] = defaultdict(Answer)
        self._ended: dict[int, asyncio.Future[Answer]] = {}

    async def ask(self, method: str, path: str, *, body: Any = None, headers: Mapping[str, str] = _NONE) -> Answer:
        """Send a request, with JSON if there is a body, and read the whole answer. Reset."""
        stream = self._quic.get_next_available_stream_id()
        asked = {":method": method, ":scheme": "https", ":authority": "localhost", ":path": path, **headers}
        if body is not None:
            asked["content-type"] = "application/json"
        self._ended[stream] = asyncio.get_running_loop().create_future()
        encoded = [(name.encode(), value.encode()) for name, value in asked.items()]
        self._http.send_headers(stream, encoded, end_stream=body is None)
        if body is not None:
            self._http.send_data(stream, json.dumps(body).encode(), end_stream=True)
        self.transmit()
        return await asyncio.wait_for(self._ended[stream], _WITHIN_S)

    def quic_event_received(self, event: QuicEvent) -> None:
        if isinstance(event, StreamReset):
            self._reset(event.stream_id)
        elif isinstance(event, ConnectionTerminated):
            for stream in self._ended:
                self._reset(stream)
        for each in self._http.handle_event(event):
            self._received(each)

    def _received(self, event: H3Event) -> None:
        if not isinstance(event, HeadersReceived | DataReceived):
            return
        answer = self._answers[event.stream_id]
        if isinstance(event, HeadersReceived):
            answer.headers |= {name.decode(): value.decode("latin-1") for name, value in event.headers}
        elif event.data:
            answer.pieces.append(event.data)
        if event.stream_ended and not self._ended[event.stream_id].done():
            self._ended[event.stream_id].set_result(answer)

    def _reset(self, stream: int) -> None:
        if stream in self._ended and not self._ended[stream].done():
            self._ended[stream].set_exception(Reset())


@asynccontextmanager
async def http3(port: int, *, authority: str) -> AsyncIterator[Client]:
    """A connection to 127.0.0.1 that trusts a file of certificates; closed with the block."""
    configuration = QuicConfiguration(alpn_protocols=["h3"], is_client=True, server_name="localhost")
    configuration.load_verify_locations(authority)
    async with connect("127.0.0.1", port, configuration=configuration, create_protocol=Client) as client:
        assert isinstance(client, Client)
        yield client
