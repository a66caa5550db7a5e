"""The prompts and what each should come to."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
BRAIN = ROOT / "ai-brain"
_SUCCESSES = {"success", "success-with-warning", "downgrade"}


@dataclass(frozen=True)
class Case:
    """One prompt. What is empty or None is not looked at."""

    prompt: str
    outcome: str
    language: str = "en"
    kind: str = ""
    code: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    said: Mapping[str, Any] = field(default_factory=dict)
    readOnly: bool | None = None  # noqa: N815 - as the files have it
    required: bool | None = None
    wishes: Sequence[str] = ()
    without: Sequence[str] = ()
    contradiction: str | None = None

    @property
    def succeeds(self) -> bool:
        return self.outcome in _SUCCESSES


def hard_cases() -> list[Case]:
    """Those the offline engine cannot settle."""
    written = yaml.safe_load(Path(__file__).with_name("prompts.yaml").read_text("utf-8"))
    return [Case(**entry) for entry in written]


def easy_cases() -> list[Case]:
    """The examples of every kind."""
    return list(_examples())


def _examples() -> Iterator[Case]:
    for path in sorted(BRAIN.glob("capabilities/*/examples.yaml")):
        for entry in yaml.safe_load(path.read_text("utf-8")):
            looked_at = {name: entry[name] for name in ("prompt", "outcome", "code", "parameters") if name in entry}
            case = Case(**looked_at)
            yield Case(**looked_at, kind=path.parent.name) if case.succeeds else case
