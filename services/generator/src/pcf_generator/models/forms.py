"""What an answer must be: JSON of the call's schema, and right in the eyes of whoever asked."""

import json
from collections.abc import Callable, Mapping, Sequence
from itertools import islice
from typing import Any

import jsonschema_rs

from pcf_generator.models.failures import FailureKind

__all__ = ["Form", "Repair", "Unfit"]

Repair = Callable[[Mapping[str, object]], Sequence[str]]
"""What else is wrong with a value that fits the schema, in sentences for the model; empty when nothing is."""

_FAULTS_MOST = 10
_FAULT_CHARACTERS = 300


class Unfit(Exception):  # noqa: N818 - reads as what it is
    """An answer of no use; `faults` tell the model why. Never in a log: a repair's sentences may quote the answer."""

    def __init__(self, kind: FailureKind, faults: Sequence[str]) -> None:
        super().__init__(kind.value)
        self.kind = kind
        self.faults = tuple(fault[:_FAULT_CHARACTERS] for fault in faults[:_FAULTS_MOST])


class Form:
    """Reads answers to one call; a schema that is none is found out before anything is sent."""

    def __init__(self, schema: Mapping[str, object], *, repair: Repair | None, most_bytes: int) -> None:
        self._validator = jsonschema_rs.Draft202012Validator(dict(schema), mask="the value")
        self._repair = repair
        self._most_bytes = most_bytes

    def read(self, text: str) -> Mapping[str, object]:
        """The value; Unfit."""
        value = _parsed(text, self._most_bytes)
        errors = [_sentence(error) for error in islice(self._validator.iter_errors(value), _FAULTS_MOST)]
        if not isinstance(value, dict) and not errors:
            errors = ["the answer is not an object"]
        if not errors and self._repair is not None:
            errors = list(self._repair(value))
        if errors:
            raise Unfit(FailureKind.SCHEMA, errors)
        return dict(value)


def _parsed(text: str, most_bytes: int) -> Any:
    if len(text) > most_bytes or len(text.encode(errors="replace")) > most_bytes:
        raise Unfit(FailureKind.NOT_JSON, [f"the answer is larger than {most_bytes} bytes"])
    if not text.strip():
        raise Unfit(FailureKind.NOT_JSON, ["the answer is empty"])
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
        # Half a character, written as an escape, would be no fault until somebody stores it.
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        raise Unfit(FailureKind.NOT_JSON, ["the answer holds half of a surrogate pair"]) from error
    except (ValueError, RecursionError) as error:
        raise Unfit(FailureKind.NOT_JSON, [f"the answer is not JSON: {_why(error)}"]) from error
    return value


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has the same key twice")
    return found


def _no_number(name: str) -> object:
    raise ValueError(f"{name} is no number of JSON")


def _why(error: Exception) -> str:
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


def _sentence(error: jsonschema_rs.ValidationError) -> str:
    place = ".".join(map(str, error.instance_path))
    return f"{place}: {error.message}" if place else str(error.message)
