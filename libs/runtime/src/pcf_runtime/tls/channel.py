"""A channel that goes on with a new certificate, for those of Python's gRPC keep theirs for life.

Each new certificate gets a channel of its own. Calls choose when they begin; those on the old one end there.
"""

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final, Self

import grpc

from pcf_runtime import tasks
from pcf_runtime.tls.files import TlsFiles
from pcf_runtime.tls.material import Material

__all__ = ["FollowingChannel"]

_BEGINNING_S: Final = 5.0
"""A call chooses its channel a moment before it is on it, with interceptors between."""
_LONGEST_CALL_S: Final = 15 * 60.0
"""Servers end every connection by then."""


class FollowingChannel(grpc.aio.Channel):
    """Made of a channel for each certificate, as `open_one` opens it."""

    def __init__(self, files: TlsFiles, open_one: Callable[[Material], grpc.aio.Channel]) -> None:
        self._files = files
        self._open_one = open_one
        self._material = files.current()
        self._channel = open_one(self._material)
        self._old: dict[grpc.aio.Channel, asyncio.Task[None]] = {}
        self._closed = False

    def unary_unary(self, *args: Any, **options: Any) -> Any:
        return self._method("unary_unary", args, options)

    def unary_stream(self, *args: Any, **options: Any) -> Any:
        return self._method("unary_stream", args, options)

    def stream_unary(self, *args: Any, **options: Any) -> Any:
        return self._method("stream_unary", args, options)

    def stream_stream(self, *args: Any, **options: Any) -> Any:
        return self._method("stream_stream", args, options)

    async def close(self, grace: float | None = None) -> None:
        """Of all, the old ones too."""
        self._closed = True
        old = dict(self._old)
        for retiring in old.values():
            await tasks.end(retiring)
        for channel in (*old, self._channel):
            await channel.close(grace)

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:  # noqa: FBT001, FBT002 - gRPC's
        return self._current().get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        await self._current().wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        await self._current().channel_ready()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    def _method(self, shape: str, args: Sequence[Any], options: dict[str, Any]) -> Callable[..., Any]:
        made_on: grpc.aio.Channel | None = None
        method: Any = None

        def call(*call_args: Any, **call_options: Any) -> Any:
            nonlocal made_on, method
            channel = self._current()
            if channel is not made_on:
                made_on, method = channel, getattr(channel, shape)(*args, **options)
            return method(*call_args, **call_options)

        return call

    def _current(self) -> grpc.aio.Channel:
        material = self._files.current()
        if material is not self._material and not self._closed:
            old, self._channel, self._material = self._channel, self._open_one(material), material
            self._old[old] = asyncio.create_task(self._retire(old), name="retire-channel")
        return self._channel

    async def _retire(self, channel: grpc.aio.Channel) -> None:
        with suppress(asyncio.CancelledError):  # the channel as a whole is closed, which closes this one too
            await asyncio.sleep(_BEGINNING_S)
            await channel.close(_LONGEST_CALL_S)
            del self._old[channel]
