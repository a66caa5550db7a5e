"""A brain and a model that say what a test wants them to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest
from pcf_generator.domain.capability import Capability, Kind
from pcf_generator.domain.intent import GlobalIntent, Interpretation, UiIntent
from pcf_generator.domain.refusal import Question
from pcf_generator.domain.rule import Rule
from pcf_generator.domain.source import Strings, Template
from pcf_generator.domain.stage import Stage
from pcf_generator.ports.knowledge import LanguageUnknown
from pcf_generator.ports.model import Brief, Draft

DIAL = Kind("dial", "Dial", "Turns a number.", "input-control", "Dial", ("collect-number",), ("turn",), ("dial",), ())
INTENT = GlobalIntent("input-control", "dial", UiIntent("collect-number"))


@dataclass
class ScriptedKnowledge:
    """Implements the parts of `Knowledge` that stages ask."""

    dial: Capability
    release: str = "releases/test"
    index: tuple[Kind, ...] = (DIAL,)
    rules: tuple[Rule, ...] = ()
    faults: tuple[str, ...] = ()
    texts: tuple[Strings, ...] = (Strings(1031, "de", ()), Strings(1033, "en", ()))
    checked: list[Mapping[str, object]] = field(default_factory=list)

    async def kinds(self, language: str) -> tuple[Kind, ...]:
        return self.index

    async def capability(self, capability_id: str, *, stage: Stage = Stage.SPECIFY) -> Capability:
        assert self.dial.id == capability_id
        return self.dial

    async def specification_rules(self) -> tuple[Rule, ...]:
        return self.rules

    async def code_rules(self) -> tuple[Rule, ...]:
        return self.rules

    async def spec_faults(self, document: Mapping[str, object], *, stage: Stage = Stage.SPECIFY) -> tuple[str, ...]:
        self.checked.append(document)
        return self.faults

    async def project_templates(self) -> tuple[Template, ...]:
        return (Template("templates/README.md.j2", "", ""),)

    async def control_templates(self, capability_id: str) -> tuple[Template, ...]:
        return (Template(f"capabilities/{capability_id}/index.ts.j2", "", ""),)

    async def strings(self, capability_id: str) -> tuple[Strings, ...]:
        return self.texts


@dataclass
class ScriptedModel:
    """Implements `Model`: gives the replies it was made with."""

    reply: Interpretation | Question | None = None
    draft: Draft | Question = field(default_factory=lambda: Draft({}))
    name: str = "scripted"
    asked: list[Brief] = field(default_factory=list)

    async def interpret(self, brief: Brief, *, knowledge: object) -> Interpretation | Question:
        self.asked.append(brief)
        if self.reply is None:
            raise LanguageUnknown(brief.language)
        return self.reply

    async def specify(self, brief: Brief, capability: Capability, *, knowledge: object) -> Draft | Question:
        self.asked.append(brief)
        return self.draft


@pytest.fixture
def make_knowledge(make_capability):
    """Knowledge of the dial, with changes."""
    return lambda dial=None, **given: ScriptedKnowledge(dial or make_capability(), **given)


@pytest.fixture
def make_model():
    """A model with its replies."""
    return ScriptedModel


@pytest.fixture
def interpretation():
    """The dial is meant, and nothing more is said."""
    return Interpretation(INTENT, "dial", "", 0.95)
