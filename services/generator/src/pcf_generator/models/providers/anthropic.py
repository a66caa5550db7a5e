"""Anthropic's Messages API through its SDK: a JSON schema as the output's format, a stream, its usage."""

from typing import Any, Final

import anthropic
import httpx2

from pcf_generator.models.calls import Call
from pcf_generator.models.catalogue import Entry
from pcf_generator.models.failures import FailureKind, ModelFailure
from pcf_generator.models.providers.anonymous import Anonymous
from pcf_generator.models.providers.conversation import messages
from pcf_generator.models.providers.heard import Ending, Heard
from pcf_generator.models.providers.key_file import KeyFile
from pcf_generator.models.providers.streaming import EventStream, StreamingProvider
from pcf_generator.models.providers.transport import AnswerTooLargeError, http_client
from pcf_generator.models.providers.verdicts import refused

__all__ = ["open_anthropic"]

_ENDINGS: Final = {
    "end_turn": Ending.WHOLE,
    "stop_sequence": Ending.WHOLE,
    "max_tokens": Ending.LIMIT,
    "model_context_window_exceeded": Ending.LIMIT,
    "refusal": Ending.FILTERED,
}
_REPEATED: Final = "sent parts of the answer more than once"


class _Anthropic(Anonymous, anthropic.AsyncAnthropic):
    pass


class MessagesApi:
    """Implements `Api`."""

    errors: tuple[type[Exception], ...] = (anthropic.AnthropicError,)

    def __init__(self, client: _Anthropic, *, provider: str, model: str) -> None:
        self._client = client
        self._messages = client.messages.with_raw_response  # loads it: no call should wait for that
        self._provider = provider
        self._model = model

    async def ask(self, call: Call, *, key: str, max_output_tokens: int, limits: httpx2.Timeout) -> EventStream:
        self._client.api_key = key
        sent = await self._messages.create(
            model=self._model,
            system=call.instructions,
            messages=messages(call),
            output_config={"format": {"type": "json_schema", "schema": dict(call.schema)}},
            max_tokens=max_output_tokens,
            stream=True,
            timeout=limits,
        )
        # As plain values: to build models of them takes the SDK time and memory.
        return await sent.parse(to=anthropic.AsyncStream[object])

    def hear(self, event: Any, heard: Heard) -> bool:
        match event["type"]:
            case "message_start":
                _start(event["message"], heard)
            case "content_block_delta":
                heard.add(event["delta"].get("text", ""))
            case "message_delta":
                _delta(event, heard)
            case "message_stop":
                heard.ended = heard.ending is not None
        return True

    def failure(self, error: Exception) -> ModelFailure:
        match error:
            case anthropic.APIStatusError():
                return refused(self._provider, error.status_code, error.body, error.response.headers)
            case anthropic.APITimeoutError():
                return ModelFailure(FailureKind.TIMEOUT, f"{self._provider} did not go on in time")
            case anthropic.APIConnectionError() if isinstance(error.__cause__, AnswerTooLargeError):
                return ModelFailure(FailureKind.SERVER, f"{self._provider} sent more than an answer can be")
            case anthropic.APIConnectionError():
                return ModelFailure(FailureKind.NETWORK, f"the connection to {self._provider} failed")
            case _:
                return ModelFailure(FailureKind.SERVER, f"what {self._provider} sent is not its protocol")

    async def aclose(self) -> None:
        await self._client.close()


def _start(message: Any, heard: Heard) -> None:
    if heard.usage:
        heard.defect = _REPEATED
    usage = message["usage"]
    # What is read from a cache or written to one was sent too.
    cached = [usage.get(f"cache_{way}_input_tokens") or 0 for way in ("creation", "read")]
    heard.model = str(message["model"])
    heard.bill(usage["input_tokens"] + sum(cached), usage["output_tokens"])


def _delta(event: Any, heard: Heard) -> None:
    if heard.ending:
        heard.defect = _REPEATED
    # Counts all until here, and is what is billed.
    heard.bill(heard.usage.input_tokens if heard.usage else 0, event["usage"]["output_tokens"])
    if reason := event["delta"]["stop_reason"]:
        heard.ending = _ENDINGS[reason]


def open_anthropic(entry: Entry, key: KeyFile) -> StreamingProvider:
    client = _Anthropic(
        api_key="read at use",
        webhook_key="",
        base_url=entry.base_url or "https://api.anthropic.com",
        max_retries=0,
        open_telemetry=False,
        http_client=http_client(proxy=entry.proxy, ca_file=entry.ca_file),
    )
    client.forget_ambient_headers()
    return StreamingProvider(entry, MessagesApi(client, provider=entry.provider, model=entry.model), key)
