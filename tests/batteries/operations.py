"""The text fields of every operation, as the OpenAPI document names them, and requests that hold a text in one."""

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

__all__ = ["Field", "Request", "fields"]

_ULID = "01JB2C3D4E5F6G7H8J9KMNPQRS"
_SHA256 = "ab" * 32
_PATH = {"capability_id": "star-rating", "kind": "report", "sha256": _SHA256, "key_id": _ULID, "event_id": _ULID}
# An export of everything would be all that the test does.
_QUERY = {"exportAuditLog": {"first": "0", "end": "1"}, "proveAuditConsistency": {"first": "0"}}
# Ends at once, with a question or without: the control is not what is asked about.
_PROMPT = "a map"


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent."""

    method: str
    url: str
    headers: Mapping[str, bytes]
    json: object


@dataclass(frozen=True, slots=True)
class Field:
    """One place of an operation where text goes."""

    operation: str
    method: str
    path: str
    place: str
    name: tuple[str | int, ...]
    body: Any

    def __str__(self) -> str:
        return f"{self.operation} {self.place} {'.'.join(map(str, self.name))}"

    def request(self, text: str, known: Mapping[str, str]) -> Request:
        """With this text in it; `known` are the ids that exist, by the name of their parameter."""
        path = {**_PATH, **known}
        query = dict(_QUERY.get(self.operation, {}))
        headers: dict[str, bytes] = {}
        body = copy.deepcopy(self.body)
        name = str(self.name[0]) if self.name else ""
        match self.place:
            case "path":
                path[name] = text
            case "query":
                query[name] = text
            case "header":
                headers[name] = text.encode()
            case _:
                body = _put(body, self.name, text)
        url = self.path.format(**{key: quote(value, safe="") for key, value in path.items()})
        pairs = "&".join(f"{key}={quote(value, safe='')}" for key, value in query.items())
        return Request(self.method, f"{url}?{pairs}" if pairs else url, headers, body)


def fields(document: Mapping[str, Any]) -> Iterator[Field]:
    """Every parameter, numbers too, for all of them are text in a request; and every string of every body."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            body = _example(document, operation)
            at = (operation["operationId"], method.upper(), path)
            for parameter in map(_resolved(document), operation.get("parameters", ())):
                yield Field(*at, parameter["in"], (parameter["name"],), body)
            yield Field(*at, "header", ("Authorization",), body)
            for name in _strings(document, _schema(operation)) if body is not None else ():
                yield Field(*at, "body", name, body)


def _example(document: Mapping[str, Any], operation: Mapping[str, Any]) -> Any:
    if "requestBody" not in operation:
        return None
    example = copy.deepcopy(operation["requestBody"]["content"]["application/json"]["example"])
    if "prompt" in example:
        example = {"prompt": _PROMPT, "options": {}}
    return example


def _schema(operation: Mapping[str, Any]) -> Any:
    return operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})


def _strings(
    document: Mapping[str, Any], schema: Any, at: tuple[str | int, ...] = ()
) -> Iterator[tuple[str | int, ...]]:
    schema = _resolved(document)(schema)
    if schema.get("type") == "string":
        yield at
    for one in schema.get("anyOf", ()):
        yield from _strings(document, one, at)
    for name, inner in schema.get("properties", {}).items():
        yield from _strings(document, inner, (*at, name))
    if "items" in schema:
        yield from _strings(document, schema["items"], (*at, 0))


def _resolved(document: Mapping[str, Any]) -> Any:
    def resolve(node: Any) -> Any:
        if "$ref" not in node:
            return node
        found: Any = document
        for part in node["$ref"].split("/")[1:]:
            found = found[part]
        return found

    return resolve


def _put(body: Any, name: tuple[str | int, ...], text: str) -> Any:
    holder = body
    for part in name[:-1]:
        holder = holder[part] if isinstance(part, int) else holder.setdefault(part, {})
    holder[name[-1]] = text
    return body
