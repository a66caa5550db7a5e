"""From signals to the GlobalIntent, by the brain's mapping rules."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from pcf_generator.domain.capability import Kind
from pcf_generator.domain.intent import Behavior, GlobalIntent, UiIntent
from pcf_generator.domain.language import MappingRule, WishRule
from pcf_generator.ports.knowledge import BrainFileFault

_DISPLAY = Behavior(interactivity="read-only", validation="none", persistence="transient")
"""What a kind that only shows a value does with it, whatever the prompt says."""


def map_intent(kind: Kind | None, rules: Iterable[MappingRule], variables: Mapping[str, object]) -> GlobalIntent:
    """Start from the kind's own nature and apply every rule that holds."""
    intent = GlobalIntent(
        classification=kind.classification if kind else "utility-control",
        component_type=kind.id if kind else "unknown",
        ui_intent=UiIntent(primary_purpose=kind.purposes[0] if kind else "display-value"),
        behavior=_DISPLAY if kind and kind.classification == "display-control" else Behavior(),
    )
    for rule in rules:
        if rule.when(variables) is True:
            for path, value in rule.set.items():
                intent = _with(intent, path.split("."), tuple(value) if isinstance(value, list) else value)
    return intent


def map_wishes(rules: Iterable[WishRule], variables: Mapping[str, object]) -> tuple[str, ...]:
    """The special wishes that were recognised, in the order of the rules."""
    return tuple(rule.wish for rule in rules if rule.when(variables) is True)


def _with(value: Any, path: list[str], leaf: object) -> Any:
    """A copy of a nested dataclass with one field changed; the path is in the schema's camelCase."""
    name = _snake(path[0])
    if not is_dataclass(value) or name not in {field.name for field in fields(value)}:
        raise BrainFileFault(f"intent/mapping.yaml: the intent has no field {path[0]!r}")
    inner = leaf if len(path) == 1 else _with(getattr(value, name), path[1:], leaf)
    return replace(value, **{name: inner})  # type: ignore[type-var]


def _snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)
