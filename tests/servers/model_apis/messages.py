"""Messages of Anthropic, as a stream."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.servers.model_apis.asked import Said, conversation, sse

__all__ = ["events", "question"]

_STOP = {"stop": "end_turn", "length": "max_tokens", "content_filter": "refusal", "refusal": "refusal"}


def question(body: Mapping[str, Any]) -> dict[str, Any]:
    """What `Asked` takes from the body; KeyError and the like when it asks otherwise than the product should."""
    wanted = body["output_config"]["format"]
    if wanted["type"] != "json_schema" or not body["stream"]:
        raise ValueError("neither a stream nor a schema")
    return {
        "instructions": body["system"],
        **conversation(body["messages"]),
        "schema_name": "",
        "schema": wanted["schema"],
        "max_output_tokens": body["max_tokens"],
    }


def events(said: Said) -> Iterator[bytes]:
    for kind, fields in _events(said):
        yield sse(json.dumps({"type": kind, **fields}), kind)


def _events(said: Said) -> Iterator[tuple[str, dict[str, Any]]]:
    message: dict[str, Any] = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": said.model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {"input_tokens": said.input_tokens, "output_tokens": 1},
    }
    yield "message_start", {"message": message}
    if said.text:
        yield "content_block_start", {"index": 0, "content_block": {"type": "text", "text": ""}}
        yield "ping", {}
        for piece in said.pieces():
            yield "content_block_delta", {"index": 0, "delta": {"type": "text_delta", "text": piece}}
        yield "content_block_stop", {"index": 0}
    delta = {"stop_reason": _STOP[said.ending], "stop_sequence": None}
    yield "message_delta", {"delta": delta, "usage": {"output_tokens": said.output_tokens}}
    yield "message_stop", {}
