"""What is taken of an answer about parameters: a value of each one's own type, and nothing that says none."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pcf_generator.domain.capability import Parameter, ParameterValue
from pcf_generator.models.asking.leaks import leaks
from pcf_generator.models.asking.quotes import quotes
from pcf_generator.models.calls import Call
from pcf_generator.models.offline.tokens import readable

MAX_TEXT = 5000
"""Characters; a prompt holds no more. What a parameter takes is less, and cut to later."""
MAX_NUMBER = 1e15
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


@dataclass(frozen=True, slots=True)
class SpecAnswer:
    """The values a model read in a prompt, and the pieces of it that are still not understood."""

    parameters: Mapping[str, ParameterValue]
    not_understood: tuple[str, ...]


def read_spec(
    value: Mapping[str, object], prompt: str, call: Call, *, still_open: Sequence[Parameter], phrases: Sequence[str]
) -> SpecAnswer:
    """Read an answer, whoever gave it: what is not of its parameter's type says nothing."""
    said = value.get("parameters")
    found: dict[str, ParameterValue] = {}
    for parameter in still_open:
        one = _value(parameter, said.get(parameter.name)) if isinstance(said, Mapping) else None
        if one is not None and not (parameter.type == "text" and _leaks(one, prompt, call)):
            found[parameter.name] = one
    covers = value.get("covers")
    covered = covers if found and isinstance(covers, list) else []
    left = [phrase for number, phrase in enumerate(phrases) if number not in covered]
    more = () if phrases else quotes(value.get("unmapped"), prompt)
    return SpecAnswer(found, (*left, *more))


def spec_faults(value: Mapping[str, object], *, still_open: Sequence[Parameter]) -> list[str]:
    """What the schema cannot say is wrong with an answer, told to the model by the names of parameters alone."""
    said = value.get("parameters")
    if not isinstance(said, Mapping):
        return []
    return [
        f"parameters.{parameter.name} must be {_WANTED.get(parameter.type, 'a value that can be written')} or null"
        for parameter in still_open
        if said.get(parameter.name) is not None and _value(parameter, said[parameter.name]) is None
    ]


_WANTED = {"colour": "#RRGGBB", "text": "a text that is not blank"}


def _value(parameter: Parameter, said: object) -> ParameterValue | None:
    match parameter.type, said:
        case "boolean", bool():
            return said
        case "integer" | "number", bool():
            return None
        case "integer", int() | float() if _is_usable(said) and float(said).is_integer():
            return int(said)
        case "number", int() | float() if _is_usable(said):
            return float(said)
        case "choice", str() if said in parameter.choices:
            return said
        case "colour", str() if _COLOUR.fullmatch(said):
            return said.upper()
        case "text", str():
            return readable(said[:MAX_TEXT]).strip() or None
        case _:
            return None


def _is_usable(number: float) -> bool:
    return abs(number) <= MAX_NUMBER and math.isfinite(number)


def _leaks(text: ParameterValue, prompt: str, call: Call) -> bool:
    shown = f"{call.instructions}\n{call.schema}"
    return isinstance(text, str) and leaks(text, instructions=shown, prompt=prompt)
