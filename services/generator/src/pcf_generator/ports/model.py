"""Who reads prompts: the offline engine, and the language models of `models/`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from pcf_generator.domain.build import BuildOptions
from pcf_generator.domain.capability import Capability, ParameterValue
from pcf_generator.domain.consulted import Consulted
from pcf_generator.domain.intent import Interpretation
from pcf_generator.domain.refusal import Question
from pcf_generator.ports.knowledge import Knowledge


@dataclass(frozen=True, slots=True)
class Brief:
    """What a maker gave: the prompt, options and answers to questions, by question id."""

    prompt: str
    language: str = "en"
    options: BuildOptions = field(default_factory=BuildOptions)
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Draft:
    """What the prompt sets of a kind's parameters, what nobody understood, and who was asked."""

    parameters: Mapping[str, ParameterValue]
    unmapped_phrases: tuple[str, ...] = ()
    consulted: tuple[Consulted, ...] = ()


class Model(Protocol):
    """Reads prompts. The offline engine is one; language models come behind the same two calls."""

    @property
    def name(self) -> str:
        """For the report and the audit log."""

    async def interpret(self, brief: Brief, *, knowledge: Knowledge) -> Interpretation | Question:
        """Prompt to intent, or what must be asked first."""

    async def specify(self, brief: Brief, capability: Capability, *, knowledge: Knowledge) -> Draft | Question:
        """Prompt to parameters of a kind, or what must be asked first."""
