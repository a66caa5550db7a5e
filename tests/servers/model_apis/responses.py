"""Responses of OpenAI, as a stream."""

import itertools
import json
from collections.abc import Iterator, Mapping
from typing import Any

from tests.servers.model_apis.asked import Said, conversation, sse

__all__ = ["events", "question"]

_PLACE = {"item_id": "msg_1", "output_index": 0, "content_index": 0}


def question(body: Mapping[str, Any]) -> dict[str, Any]:
    """What `Asked` takes from the body; KeyError and the like when it asks otherwise than the product should."""
    wanted = body["text"]["format"]
    if wanted["type"] != "json_schema" or not wanted["strict"] or not body["stream"] or body["store"]:
        raise ValueError("no stream, no strict schema, or the provider is to keep it")
    return {
        "instructions": body["instructions"],
        **conversation(body["input"]),
        "schema_name": wanted["name"],
        "schema": wanted["schema"],
        "max_output_tokens": body["max_output_tokens"],
    }


def events(said: Said) -> Iterator[bytes]:
    numbers = itertools.count()
    for kind, fields in _events(said):
        yield sse(json.dumps({"type": kind, "sequence_number": next(numbers), **fields}), kind)


def _events(said: Said) -> Iterator[tuple[str, dict[str, Any]]]:
    kind, field = ("refusal", "refusal") if said.ending == "refusal" else ("output_text", "text")
    part = {"type": kind, field: said.text, **({} if kind == "refusal" else {"annotations": [], "logprobs": []})}
    item = {"id": "msg_1", "type": "message", "role": "assistant", "status": "in_progress", "content": []}
    more: dict[str, Any] = {} if kind == "refusal" else {"logprobs": []}
    yield "response.created", {"response": _response(said, "in_progress")}
    yield "response.in_progress", {"response": _response(said, "in_progress")}
    yield "response.output_item.added", {"output_index": 0, "item": item}
    yield "response.content_part.added", {**_PLACE, "part": {**part, field: ""}}
    for piece in said.pieces():
        yield f"response.{kind}.delta", {**_PLACE, **more, "delta": piece}
    yield f"response.{kind}.done", {**_PLACE, **more, field: said.text}
    yield "response.content_part.done", {**_PLACE, "part": part}
    done = {**item, "status": "completed", "content": [part]}
    yield "response.output_item.done", {"output_index": 0, "item": done}
    status = "incomplete" if said.ending in {"length", "content_filter"} else "completed"
    yield f"response.{status}", {"response": _response(said, status, output=[done])}


def _response(said: Said, status: str, output: list[object] | None = None) -> dict[str, Any]:
    reason = {"length": "max_output_tokens", "content_filter": "content_filter"}.get(said.ending)
    ended = status != "in_progress"
    usage = {
        "input_tokens": said.input_tokens,
        "input_tokens_details": {"cached_tokens": 0},
        "output_tokens": said.output_tokens,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": said.input_tokens + said.output_tokens,
    }
    return {
        "id": "resp_1",
        "object": "response",
        "created_at": 1_790_000_000,
        "status": status,
        "model": said.model,
        "error": None,
        "incomplete_details": {"reason": reason} if status == "incomplete" else None,
        "output": output or [],
        "parallel_tool_calls": True,
        "tool_choice": "auto",
        "tools": [],
        "usage": usage if ended else None,
    }
