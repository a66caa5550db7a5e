"""Completes the brain's answer schemas with what a release holds, in the subset that all providers enforce."""

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from pcf_generator.domain.capability import Parameter
from pcf_generator.domain.limits import default_text
from pcf_generator.ports.knowledge import BrainFileFault, PromptFile

_ENFORCED = ("type", "properties", "required", "additionalProperties")
_TYPES = {"integer": "integer", "number": "number", "boolean": "boolean"}
"""Of the kinds of parameters; all others are texts."""


def object_schema(prompt: PromptFile) -> dict[str, Any]:
    """A copy of the answer's schema, without what is for people; BrainFileFault when it is no object's."""
    schema = {key: copy.deepcopy(prompt.answer[key]) for key in _ENFORCED if key in prompt.answer}
    if not isinstance(schema.get("properties"), dict):
        raise BrainFileFault(f"{prompt.path}: its answer is no object with properties")
    return schema


def choice(options: Sequence[str]) -> dict[str, Any]:
    return {"type": "string", "enum": list(options)}


def nullable(schema: Mapping[str, Any]) -> dict[str, Any]:
    """The value or null; what it means stays outside, where every provider reads it."""
    inner = {key: value for key, value in schema.items() if key != "description"}
    told = {"description": schema["description"]} if "description" in schema else {}
    return {**told, "anyOf": [inner, {"type": "null"}]}


def parameter(parameter: Parameter) -> dict[str, Any]:
    """A parameter's value. Limits are told, not enforced: what is beyond them is cut later, and the maker told so."""
    shape = choice(parameter.choices) if parameter.choices else {"type": _TYPES.get(parameter.type, "string")}
    return nullable({**shape, "description": " ".join(_told(parameter))})


def _told(parameter: Parameter) -> Sequence[str]:
    told = [parameter.description, f"Without a wish it is {default_text(parameter.default) or 'empty'}."]
    if parameter.minimum is not None and parameter.maximum is not None:
        told.append(f"From {parameter.minimum:.10g} to {parameter.maximum:.10g}.")
    if parameter.max_length is not None:
        told.append(f"At most {parameter.max_length} characters.")
    if parameter.type == "colour":
        told.append("#RRGGBB.")
    return told
