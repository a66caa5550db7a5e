"""Chat completions of OpenAI and Azure OpenAI, as a stream."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.servers.model_apis.asked import Said, conversation, sse

__all__ = ["events", "question"]

_FINISH = {"stop": "stop", "length": "length", "content_filter": "content_filter", "refusal": "stop"}


def question(body: Mapping[str, Any]) -> dict[str, Any]:
    """What `Asked` takes from the body; KeyError and the like when it asks otherwise than the product should."""
    wanted = body["response_format"]
    if wanted["type"] != "json_schema" or not wanted["json_schema"]["strict"] or not body["stream"]:
        raise ValueError("neither a stream nor a strict schema")
    if not body["stream_options"]["include_usage"]:
        raise ValueError("usage is not asked for")
    system, *messages = body["messages"]
    if system["role"] not in {"developer", "system"}:
        raise ValueError("no instructions")
    return {
        "instructions": system["content"],
        **conversation(messages),
        "schema_name": wanted["json_schema"]["name"],
        "schema": wanted["json_schema"]["schema"],
        "max_output_tokens": body["max_completion_tokens"],
    }


def events(said: Said) -> Iterator[bytes]:
    word = "refusal" if said.ending == "refusal" else "content"
    yield _chunk(said, [{"index": 0, "delta": {"role": "assistant", word: ""}, "finish_reason": None}])
    for piece in said.pieces():
        yield _chunk(said, [{"index": 0, "delta": {word: piece}, "finish_reason": None}])
    yield _chunk(said, [{"index": 0, "delta": {}, "finish_reason": _FINISH[said.ending]}])
    usage = {"prompt_tokens": said.input_tokens, "completion_tokens": said.output_tokens}
    yield _chunk(said, [], usage={**usage, "total_tokens": said.input_tokens + said.output_tokens})
    yield sse("[DONE]")


def _chunk(said: Said, choices: list[object], usage: object = None) -> bytes:
    envelope = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_790_000_000, "model": said.model}
    return sse(json.dumps({**envelope, "choices": choices, "usage": usage}))
