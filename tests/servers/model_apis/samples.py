"""The least value that a schema takes: what the fake answers when nobody told it what to answer."""

from collections.abc import Mapping
from typing import Any

__all__ = ["sample"]

_PLAIN: Mapping[str, object] = {"string": "text", "integer": 0, "number": 0, "boolean": False, "null": None}


def sample(schema: Mapping[str, Any], root: Mapping[str, Any] | None = None) -> object:
    """Understands the subset that the three providers enforce."""
    root = schema if root is None else root
    if reference := schema.get("$ref"):
        place: Any = root
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]
        return sample(place, root)
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return sample(schema[choice][0], root)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    return _of_type(schema, root)


def _of_type(schema: Mapping[str, Any], root: Mapping[str, Any]) -> object:
    kind = schema.get("type", "object")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        return {name: sample(part, root) for name, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [sample(schema["items"], root)] * schema.get("minItems", 0)
    return schema.get("minimum", _PLAIN[kind])
