"""A kind of control, as its files describe it: what callers may read of it.

The parsing here trusts its input: the loader has checked every file against its schema before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_WORKING_OUTCOMES = ("success", "success-with-warning")
_EXAMPLES_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Feature:
    """A switchable part of what the control does."""

    feature_id: str
    description: str


@dataclass(frozen=True, slots=True)
class Parameter:
    """Something the prompt can set."""

    name: str
    description: str
    type: str
    default_value: str
    """As text: `true`, `5`, `#8A6100`."""
    minimum: float | None
    maximum: float | None
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Property:
    """A property in the control's manifest."""

    name: str
    description: str
    of_types: tuple[str, ...]
    """Every type it may get; which one depends on the parameters."""
    usage: str
    required: bool
    """Whether it always is; where the prompt decides, it is not."""


@dataclass(frozen=True, slots=True)
class Prohibition:
    """A wish this kind refuses."""

    prohibition_id: str
    reason: str
    alternative: str


@dataclass(frozen=True, slots=True)
class Capability:
    """One kind of control."""

    capability_id: str
    display_name: str
    description: str
    classification: str
    component_name: str
    tags: tuple[str, ...]
    features: tuple[Feature, ...]
    parameters: tuple[Parameter, ...]
    properties: tuple[Property, ...]
    prohibitions: tuple[Prohibition, ...]
    example_prompts: tuple[str, ...]


def parse_capability(
    data: Mapping[str, Any], *, strings: Mapping[str, Any], examples: Sequence[Mapping[str, Any]]
) -> Capability:
    """Read a kind from its capability.yaml, its reference texts and its examples."""
    return Capability(
        capability_id=data["id"],
        display_name=data["displayName"],
        description=data["description"],
        classification=data["classification"],
        component_name=data["componentName"],
        tags=tuple(data["tags"]),
        features=tuple(Feature(each["id"], each["description"]) for each in data["features"]),
        parameters=tuple(_parameter(each) for each in data["parameters"]),
        properties=tuple(_property(each, strings["properties"]) for each in data["properties"]),
        prohibitions=tuple(
            Prohibition(each["id"], each["reason"], each["alternative"]) for each in data["prohibitions"]
        ),
        example_prompts=_working_prompts(examples),
    )


def property_types(of_type: str | Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """List the types of an `ofType`, each once, in order."""
    if isinstance(of_type, str):
        return (of_type,)
    return tuple(dict.fromkeys(each["is"] for each in of_type))


def _parameter(data: Mapping[str, Any]) -> Parameter:
    return Parameter(
        name=data["name"],
        description=data["description"],
        type=data["type"],
        default_value=_as_text(data["default"]),
        minimum=data.get("minimum"),
        maximum=data.get("maximum"),
        choices=tuple(data.get("choices", ())),
    )


def _property(data: Mapping[str, Any], texts: Mapping[str, Any]) -> Property:
    return Property(
        name=data["name"],
        description=texts[data["name"]]["description"],
        of_types=property_types(data["ofType"]),
        usage=data["usage"],
        required=data.get("required") is True,
    )


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _working_prompts(examples: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    prompts = [each["prompt"] for each in examples if each["outcome"] in _WORKING_OUTCOMES]
    return tuple(prompts[:_EXAMPLES_SHOWN])
