"""JSON to a Document: as the standard has it, with duplicate keys and NaN refused."""

import json
from typing import Any, NoReturn

from pcf_brain.domain.document import Document
from pcf_brain.domain.problem import BrokenReleaseError, Problem


def read_json(path: str, text: str) -> Document:
    """Parse a file, or raise BrokenReleaseError with what is wrong with it."""
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
        # Numbers too large for a float and halves of surrogate pairs get through loads, but not back.
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except json.JSONDecodeError as error:
        raise BrokenReleaseError([Problem(path, error.lineno, f"not JSON: {error.msg}")]) from error
    except ValueError as error:
        raise BrokenReleaseError([Problem(path, 0, f"not JSON: {error}")]) from error
    except RecursionError as error:
        raise BrokenReleaseError([Problem(path, 0, "not JSON: nested too deeply")]) from error
    return Document(path, value)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value: dict[str, Any] = {}
    for key, part in pairs:
        if key in value:
            raise ValueError(f"the key `{key}` stands in one object twice")
        value[key] = part
    return value


def _constant(name: str) -> NoReturn:
    raise ValueError(f"`{name}` is no JSON value")
