"""Domain values as JSON text, for the columns that hold a whole value."""

from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter

__all__ = ["dump", "load"]


def dump(kind: Any, value: object) -> str:
    """A value as JSON text."""
    return _adapter(kind).dump_json(value).decode()


def load(kind: Any, text: str) -> Any:
    """A value from JSON text."""
    return _adapter(kind).validate_json(text)


@lru_cache(maxsize=32)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)
