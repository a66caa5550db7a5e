"""Reads capability.yaml and the index of kinds."""

from collections.abc import Mapping
from typing import Any

from pcf_generator.adapters.brain_files.document import expression, parse, reading
from pcf_generator.domain.capability import (
    Capability,
    Check,
    Kind,
    Parameter,
    Phrase,
    Prohibition,
    PropertyRule,
    TypeChoice,
)


def capability(path: str, text: str) -> Capability:
    """Read a capability file."""
    with reading(path):
        document = parse(path, text)
        return Capability(
            id=document["id"],
            display_name=document["displayName"],
            description=document["description"],
            classification=document["classification"],
            component_name=document["componentName"],
            features=tuple(feature["id"] for feature in document["features"]),
            parameters=tuple(_parameter(entry) for entry in document["parameters"]),
            phrases={
                language: tuple(Phrase(entry["say"], entry.get("set", {})) for entry in entries)
                for language, entries in document["phrases"].items()
            },
            properties=tuple(_property(entry) for entry in document["properties"]),
            prohibitions=tuple(Prohibition(**entry) for entry in document["prohibitions"]),
            checks=tuple(
                Check(expression(entry["when"]), entry["message"], entry["suggestion"])
                for entry in document.get("checks", ())
            ),
        )


def kinds(path: str, text: str) -> tuple[Kind, ...]:
    """Read the derived index of one language."""
    with reading(path):
        return tuple(
            Kind(
                id=entry["id"],
                display_name=entry["displayName"],
                description=entry["description"],
                classification=entry["classification"],
                component_name=entry["componentName"],
                purposes=tuple(entry["purposes"]),
                tags=tuple(entry["tags"]),
                strong=tuple(entry["words"]["strong"]),
                weak=tuple(entry["words"]["weak"]),
            )
            for entry in parse(path, text)
        )


def _parameter(entry: Mapping[str, Any]) -> Parameter:
    against = entry.get("against", ())
    return Parameter(
        name=entry["name"],
        type=entry["type"],
        description=entry["description"],
        default=entry["default"],
        minimum=entry.get("minimum"),
        maximum=entry.get("maximum"),
        choices=tuple(entry.get("choices", ())),
        max_length=entry.get("maxLength"),
        against=(against,) if isinstance(against, str) else tuple(against),
        contrast=entry.get("contrast", 3.0),
    )


def _property(entry: Mapping[str, Any]) -> PropertyRule:
    of_type = entry["ofType"]
    choices = [{"is": of_type}] if isinstance(of_type, str) else of_type
    required = entry.get("required", False)
    return PropertyRule(
        name=entry["name"],
        usage=entry["usage"],
        types=tuple(
            TypeChoice(choice["is"], expression(choice["when"]) if "when" in choice else None) for choice in choices
        ),
        required=None if required == "fromIntent" else required,
        default=entry.get("default", ""),
        values=tuple(entry.get("values", ())),
        include=expression(entry["include"]) if "include" in entry else None,
    )
