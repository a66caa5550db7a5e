"""OpenAI's Responses API: a strict JSON schema, a stream with numbered events, nothing kept there."""

from typing import Any

import httpx2
import openai

from pcf_generator.models.calls import Call
from pcf_generator.models.failures import ModelFailure
from pcf_generator.models.providers import openai_errors
from pcf_generator.models.providers.conversation import messages
from pcf_generator.models.providers.heard import Ending, Heard
from pcf_generator.models.providers.streaming import EventStream
from pcf_generator.models.providers.verdicts import refused

__all__ = ["ResponsesApi"]


class ResponsesApi:
    """Implements `Api`. The last event holds the whole answer: those before it only show that it comes."""

    errors: tuple[type[Exception], ...] = (openai.OpenAIError,)

    def __init__(self, client: openai.AsyncOpenAI, *, provider: str, model: str) -> None:
        self._client = client
        self._responses = client.responses.with_raw_response  # loads it: no call should wait for that
        self._provider = provider
        self._model = model

    async def ask(self, call: Call, *, key: str, max_output_tokens: int, limits: httpx2.Timeout) -> EventStream:
        self._client.api_key = key
        sent = await self._responses.create(
            model=self._model,
            instructions=call.instructions,
            input=messages(call),
            text={
                "format": {
                    "type": "json_schema",
                    "name": call.schema_name,
                    "schema": dict(call.schema),
                    "strict": True,
                }
            },
            max_output_tokens=max_output_tokens,
            store=False,
            stream=True,
            timeout=limits,
        )
        # As plain values: to build models of them takes the SDK a second at first, and 30 MB for good.
        return sent.parse(to=openai.AsyncStream[object])

    def hear(self, event: Any, heard: Heard) -> bool:
        match event["type"]:
            case "response.output_text.delta" | "response.refusal.delta":
                return True
            case "response.completed" | "response.incomplete":
                _end(event["response"], heard)
            case "response.failed":
                raise refused(self._provider, 200, event["response"].get("error"), {})
            case "error":
                raise refused(self._provider, 200, event, {})
        return False

    def failure(self, error: Exception) -> ModelFailure:
        return openai_errors.failure(self._provider, error)

    async def aclose(self) -> None:
        await self._client.close()


def _end(response: Any, heard: Heard) -> None:
    parts = [part for item in response["output"] if item["type"] == "message" for part in item["content"]]
    heard.pieces.clear()
    for part in parts:
        if part["type"] == "output_text":
            heard.add(part["text"])
    heard.model = str(response["model"])
    heard.bill(response["usage"]["input_tokens"], response["usage"]["output_tokens"])
    heard.ending = _ending(response, refused=any(part["type"] == "refusal" for part in parts))
    heard.ended = True


def _ending(response: Any, *, refused: bool) -> Ending:
    if refused:
        return Ending.FILTERED
    if response["status"] != "incomplete":
        return Ending.WHOLE
    return Ending.FILTERED if response["incomplete_details"]["reason"] == "content_filter" else Ending.LIMIT
