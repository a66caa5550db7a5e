"""Domain values as JSON documents, in camelCase: for people, schemas and the rules' conditions."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum


def document(value: object) -> object:
    """A value as JSON data; fields of dataclasses in camelCase, keys of mappings as they are."""
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return {_camel(field.name): document(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): document(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [document(item) for item in value]
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    raise TypeError(f"no document for {type(value).__name__}")


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
