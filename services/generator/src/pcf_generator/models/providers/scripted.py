"""Answers out of a file: for tests, demonstrations, and a day without a network.

    answers:
      - {purpose: INTERPRET_INTENT, match: "sternebewertung", answer: {kind: star-rating}}
      - {answer: "not JSON"}

The first that fits answers: of this purpose if it names one, and with this pattern somewhere in the maker's text,
whatever its case.
"""

import json
import re
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pcf_generator.models.calls import Call, Reply, Usage
from pcf_generator.models.failures import FailureKind, ModelFailure

__all__ = ["BadScriptError", "Scripted", "read_script"]

_CHARACTERS_PER_TOKEN = 4


class BadScriptError(ValueError):
    """The sentence names the file, and the answer at fault."""


class ScriptedAnswer(BaseModel):
    """One line of the script."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    purpose: str = ""
    match: str = ""
    answer: str | dict[str, Any]

    def fits(self, call: Call) -> bool:
        return self.purpose in {"", call.purpose} and bool(re.search(self.match, call.text, re.IGNORECASE))


class _Script(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    answers: Annotated[list[ScriptedAnswer], Field(min_length=1)]


class Scripted:
    """Implements `Provider`; the file is read at the first question."""

    provider = "scripted"

    def __init__(self, model: str, script: Path) -> None:
        self.model = model
        self._script = script
        self._answers: tuple[ScriptedAnswer, ...] = ()

    async def complete(self, call: Call, *, timeout_s: float) -> Reply:  # noqa: ARG002 - it never waits
        try:
            self._answers = self._answers or read_script(self._script)
        except BadScriptError as error:
            raise ModelFailure(FailureKind.REQUEST, str(error)) from None
        for line in self._answers:
            if line.fits(call):
                text = line.answer if isinstance(line.answer, str) else json.dumps(line.answer, ensure_ascii=False)
                return Reply(text, Usage(_tokens(f"{call.instructions}{call.text}"), _tokens(text)))
        raise ModelFailure(FailureKind.REQUEST, f"{self._script} has no answer for this {call.purpose}")

    async def aclose(self) -> None:
        """Nothing is open."""


def read_script(path: Path) -> tuple[ScriptedAnswer, ...]:
    """Its answers in order; BadScriptError."""
    try:
        script = _Script.model_validate(yaml.safe_load(path.read_text("utf-8")))
        for number, line in enumerate(script.answers, start=1):
            _check_pattern(path, number, line.match)
    except OSError as error:
        raise BadScriptError(f"{path} cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, yaml.YAMLError):
        raise BadScriptError(f"{path} is no YAML") from None
    except ValidationError as error:
        detail = error.errors()[0]
        place = ".".join(str(part) for part in detail["loc"])
        raise BadScriptError(f"{path}: {place or 'the whole'}: {detail['msg']}") from None
    return tuple(script.answers)


def _check_pattern(path: Path, number: int, pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise BadScriptError(f"{path}: answer {number}: `match` is no regular expression: {error}") from None


def _tokens(text: str) -> int:
    return -(-len(text) // _CHARACTERS_PER_TOKEN)
