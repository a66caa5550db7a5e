"""Finds out which API a request is for, and what it asks."""

import json
import re
from collections.abc import Mapping
from typing import Any

from tests.servers.model_apis import chat, messages, responses
from tests.servers.model_apis.asked import Asked
from tests.servers.model_apis.connection import Received

__all__ = ["APIS", "understand"]

APIS: Mapping[str, Any] = {"chat": chat, "responses": responses, "messages": messages}


def understand(received: Received, at: str, connection: int) -> Asked:
    """Which API it is, and what it asks; LookupError and the like if it is none."""
    # A client that takes this for a proxy names the whole URL.
    path, _, query = re.sub("^http://[^/]+", "", received.path).partition("?")
    body = json.loads(received.body)
    provider, api, model = _door(path, query, body)
    key = _key(received.headers, provider)
    question = APIS[api].question(body)
    return Asked(
        provider, at, api, model, key=key, connection=connection, headers=received.headers, body=body, **question
    )


def _key(headers: Mapping[str, str], provider: str) -> str:
    if provider == "azure":
        return headers["api-key"]
    if provider == "anthropic" and not headers["anthropic-version"]:
        raise ValueError("no version")
    return headers.get("x-api-key") or headers["authorization"].removeprefix("Bearer ")


def _door(path: str, query: str, body: Mapping[str, Any]) -> tuple[str, str, str]:
    match path.strip("/").split("/"):
        case ["v1", "messages"]:
            return "anthropic", "messages", body["model"]
        case ["v1", "responses"]:
            return "openai", "responses", body["model"]
        case ["v1", "chat", "completions"]:
            return "openai", "chat", body["model"]
        case ["openai", "responses"] if "api-version=" in query:
            return "azure", "responses", body["model"]
        case ["openai", "deployments", model, "chat", "completions"] if "api-version=" in query:
            return "azure", "chat", model
    raise LookupError("no API is here")
