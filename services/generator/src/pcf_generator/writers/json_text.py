"""Writes values as JSON."""

import json
import math

from pydantic_core import to_json

from pcf_generator.writers.fragment import Fragment, WriterError

LANGUAGE = "json"


def value(content: object) -> Fragment:
    """Write a JSON value; objects keep their order."""
    if isinstance(content, Fragment):
        if content.language != LANGUAGE:
            raise WriterError(f"a {content.language} fragment cannot stand in JSON")
        return content
    _check(content)
    return Fragment(json.dumps(content, ensure_ascii=False, allow_nan=False), LANGUAGE)


def document(content: object) -> str:
    """Write a whole JSON file: two spaces, a final line feed."""
    _check(content)
    # Indented, the standard library's encoder runs in Python; this one does not, and writes the same.
    return to_json(content, indent=2).decode() + "\n"


def _check(content: object) -> None:
    match content:
        case str():
            _require_unicode(content)
        case dict():
            for key, item in content.items():
                if not isinstance(key, str):
                    raise WriterError("the names in a JSON object are texts")
                _check(key)
                _check(item)
        case list() | tuple():
            for item in content:
                _check(item)
        case float() if not math.isfinite(content):
            raise WriterError("a JSON number must be finite")
        case None | bool() | int() | float():
            pass
        case _:
            raise WriterError(f"no JSON value for {type(content).__name__}")


def _require_unicode(text: str) -> None:
    """JSON escapes control characters; half a surrogate pair it cannot hold."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise WriterError("a JSON string holds whole characters only") from error
