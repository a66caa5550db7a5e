"""Asks one API once and listens to the end: time limits, and the one place where an SDK's errors are caught."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Protocol

import httpx2

from pcf_generator.models.calls import Call, Reply
from pcf_generator.models.catalogue import Entry
from pcf_generator.models.failures import FailureKind, ModelFailure
from pcf_generator.models.providers.heard import Heard
from pcf_generator.models.providers.key_file import KeyFile
from pcf_generator.models.providers.transport import AnswerTooLargeError, time_limits

__all__ = ["Api", "EventStream", "StreamingProvider"]

_AFTER_END_S = 0.2
"""How long to wait for the connection's own end after the answer's: it can be used again then."""


class _NotTheProtocolError(Exception):
    """What came is no stream of this API's events."""


class EventStream(Protocol):
    """What both SDKs call `AsyncStream`."""

    response: httpx2.Response

    def __aiter__(self) -> AsyncIterator[Any]: ...

    async def close(self) -> None: ...


class Api(Protocol):
    """One API through its SDK."""

    errors: tuple[type[Exception], ...]
    """What the SDK raises."""

    async def ask(self, call: Call, *, key: str, max_output_tokens: int, limits: httpx2.Timeout) -> EventStream:
        """Send it; the stream is the caller's to close."""

    def hear(self, event: Any, heard: Heard) -> bool:
        """Take an event in; whether it was a piece of the answer. ModelFailure when it tells one."""

    def failure(self, error: Exception) -> ModelFailure:
        """What an error of the SDK amounts to."""

    async def aclose(self) -> None: ...


class StreamingProvider:
    """Implements `Provider`."""

    def __init__(self, entry: Entry, api: Api, key: KeyFile) -> None:
        self._entry = entry
        self._api = api
        self._key = key

    @property
    def provider(self) -> str:
        return self._entry.provider

    @property
    def model(self) -> str:
        return self._entry.model

    async def complete(self, call: Call, *, timeout_s: float) -> Reply:
        heard = Heard(self.provider, self._entry.answers_as)
        failure = await self._listen(call, heard, timeout_s)
        # Raised outside of the handler: an SDK's error holds the request, the key and the provider's words.
        if failure and not heard.ended:
            raise failure
        return heard.reply()

    async def aclose(self) -> None:
        await self._api.aclose()

    async def _listen(self, call: Call, heard: Heard, timeout_s: float) -> ModelFailure | None:
        try:
            await self._converse(call, heard, timeout_s)
        except ModelFailure as failure:
            return failure
        except TimeoutError:
            began = "stopped in its answer" if heard.began else "did not begin to answer"
            return ModelFailure(FailureKind.TIMEOUT, f"{self.provider} {began} for too long")
        except self._api.errors as error:
            return self._api.failure(error)
        except httpx2.TimeoutException:
            return ModelFailure(FailureKind.TIMEOUT, f"{self.provider} did not go on in time")
        except (httpx2.TransportError, OSError):
            return ModelFailure(FailureKind.NETWORK, f"the connection to {self.provider} failed")
        except AnswerTooLargeError:
            return ModelFailure(FailureKind.SERVER, f"{self.provider} sent more than an answer can be")
        except _NotTheProtocolError:
            return ModelFailure(FailureKind.SERVER, f"what {self.provider} sent is not its protocol")
        return None

    async def _converse(self, call: Call, heard: Heard, timeout_s: float) -> None:
        entry, now = self._entry, asyncio.get_running_loop().time
        ends_at = now() + timeout_s
        async with asyncio.timeout_at(min(ends_at, now() + entry.first_token_s)) as limit:
            stream = await self._api.ask(
                call,
                key=self._key.read(),
                max_output_tokens=min(call.max_output_tokens, entry.max_output_tokens),
                limits=time_limits(timeout_s, connect_s=entry.connect_s),
            )
            try:
                self._expect_events(stream.response)
                async for _ in self._hear_all(stream, heard):
                    limit.reschedule(now() + _AFTER_END_S if heard.ended else min(ends_at, now() + entry.stall_s))
            finally:
                await stream.close()

    async def _hear_all(self, stream: EventStream, heard: Heard) -> AsyncIterator[None]:
        """Once for each piece of the answer, and for its end."""
        try:
            async for event in stream:
                is_piece = self._api.hear(event, heard)
                heard.began = heard.began or is_piece
                if is_piece or heard.ended:
                    yield
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise _NotTheProtocolError from error

    def _expect_events(self, response: httpx2.Response) -> None:
        if not response.headers.get("content-type", "").startswith("text/event-stream"):
            raise ModelFailure(FailureKind.SERVER, f"{self.provider} answered with something other than events")
