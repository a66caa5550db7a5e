"""Chat completions, as Azure OpenAI has them for every deployment: a strict JSON schema, a stream, its usage."""

from typing import Any, Final

import httpx2
import openai

from pcf_generator.models.calls import Call
from pcf_generator.models.failures import ModelFailure
from pcf_generator.models.providers import openai_errors
from pcf_generator.models.providers.conversation import messages
from pcf_generator.models.providers.heard import Ending, Heard
from pcf_generator.models.providers.streaming import EventStream

__all__ = ["ChatApi"]

_ENDINGS: Final = {"stop": Ending.WHOLE, "length": Ending.LIMIT, "content_filter": Ending.FILTERED}
_REPEATED: Final = "sent parts of the answer more than once"


class ChatApi:
    """Implements `Api`. The usage comes last, and is the end mark: the SDK keeps `[DONE]` to itself."""

    errors: tuple[type[Exception], ...] = (openai.OpenAIError,)

    def __init__(self, client: openai.AsyncOpenAI, *, provider: str, model: str) -> None:
        self._client = client
        self._completions = client.chat.completions.with_raw_response  # loads it: no call should wait for that
        self._provider = provider
        self._model = model

    async def ask(self, call: Call, *, key: str, max_output_tokens: int, limits: httpx2.Timeout) -> EventStream:
        self._client.api_key = key
        sent = await self._completions.create(
            model=self._model,
            messages=[{"role": "system", "content": call.instructions}, *messages(call)],
            response_format={
                "type": "json_schema",
                "json_schema": {"name": call.schema_name, "schema": dict(call.schema), "strict": True},
            },
            max_completion_tokens=max_output_tokens,
            stream=True,
            stream_options={"include_usage": True},
            timeout=limits,
        )
        # As plain values: to build models of them takes the SDK time and memory.
        return sent.parse(to=openai.AsyncStream[object])

    def hear(self, event: Any, heard: Heard) -> bool:
        heard.model = event.get("model") or heard.model
        for choice in event["choices"]:
            if heard.ending:
                heard.defect = _REPEATED
            _hear_choice(choice, heard)
        if usage := event.get("usage"):
            if heard.usage:
                heard.defect = _REPEATED
            heard.bill(usage["prompt_tokens"], usage["completion_tokens"])
            heard.ended = heard.ending is not None
        return bool(event["choices"])

    def failure(self, error: Exception) -> ModelFailure:
        return openai_errors.failure(self._provider, error)

    async def aclose(self) -> None:
        await self._client.close()


def _hear_choice(choice: Any, heard: Heard) -> None:
    delta = choice.get("delta") or {}
    if piece := delta.get("content"):
        heard.add(piece)
    heard.is_refused = heard.is_refused or bool(delta.get("refusal"))
    if reason := choice.get("finish_reason"):
        heard.ending = Ending.FILTERED if heard.is_refused else _ENDINGS[reason]
