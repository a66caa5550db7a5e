"""Domain values as JSON documents, in camelCase: for people, schemas and the rules' conditions."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import lru_cache


def document(value: object) -> object:
    """A value as JSON data; fields of dataclasses in camelCase, keys of mappings as they are."""
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if is_dataclass(value):
        return {key: document(getattr(value, name)) for name, key in _keys(value.__class__)}
    if isinstance(value, Mapping):
        return {str(key): document(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [document(item) for item in value]
    raise TypeError(f"no document for {type(value).__name__}")


@lru_cache(maxsize=64)
def _keys(kind: type) -> tuple[tuple[str, str], ...]:
    """Each field's name and its key; once for each class, for a report writes hundreds of values."""
    return tuple((field.name, _camel(field.name)) for field in fields(kind))


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)
