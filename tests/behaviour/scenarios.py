"""What ai-brain/capabilities/*/behaviour.yaml say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

CAPABILITIES = Path(__file__).parents[2] / "ai-brain" / "capabilities"

ACTIONS = frozenset({
    "click", "clickAt", "doubleClick", "tap", "hover", "leave", "drag", "drop",
    "press", "holdDown", "type", "paste", "focus", "host",
})  # fmt: skip


@dataclass(frozen=True)
class Step:
    """At most one thing that is done, and what must hold then."""

    number: int
    actions: Mapping[str, Any]
    expectations: Mapping[str, Any]


@dataclass(frozen=True)
class Page:
    """How the person's browser is set."""

    zoom: int = 100
    """Per cent."""
    forced_colours: bool = False


@dataclass(frozen=True)
class Scenario:
    """A control of one prompt, in one state of its host, and what a person does with it."""

    kind: str
    name: str
    section: str
    prompt: str
    page: Page
    values: Mapping[str, Any]
    columns: Mapping[str, Any]
    """What the columns say of themselves."""
    state: Mapping[str, Any]
    steps: Sequence[Step]

    @property
    def id(self) -> str:
        return f"{self.kind}: {self.name}"


def scenarios() -> list[Scenario]:
    """All of them, kind by kind: neighbours share a control."""
    return [each for path in sorted(CAPABILITIES.glob("*/behaviour.yaml")) for each in _read(path)]


def _read(path: Path) -> Iterator[Scenario]:
    behaviour = yaml.safe_load(path.read_text("utf-8"))
    for each in sorted(behaviour["scenarios"], key=lambda each: each.get("variant", "usual")):
        page = each.get("page", {})
        yield Scenario(
            path.parent.name,
            each["name"],
            each["section"],
            behaviour["variants"][each.get("variant", "usual")],
            Page(page.get("zoom", 100), page.get("forcedColors", False)),
            each.get("values", {}),
            each.get("columns", {}),
            each.get("state", {}),
            [_step(number, step) for number, step in enumerate(each["steps"], 1)],
        )


def _step(number: int, step: Mapping[str, Any]) -> Step:
    actions = {key: value for key, value in step.items() if key in ACTIONS}
    return Step(number, actions, {key: value for key, value in step.items() if key not in ACTIONS})
