"""What the brain knows; `adapters/` asks it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from pcf_generator.domain.capability import Capability, Kind
from pcf_generator.domain.consulted import Consulted
from pcf_generator.domain.language import LanguageRules
from pcf_generator.domain.rule import Rule
from pcf_generator.domain.source import Strings, Template
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import Route
from pcf_generator.ports.outside import OutsideUnavailable


class KnowledgeUnavailable(OutsideUnavailable):
    """The brain cannot be reached now."""

    who = "the brain"


class BrainFileFault(Exception):  # noqa: N818
    """A file of the brain that the generator cannot read; the release and the generator do not fit together."""


class KnowledgeGone(Exception):  # noqa: N818
    """The brain no longer keeps the release a build began with."""


class LanguageUnknown(LookupError):  # noqa: N818
    """The brain has no lexicon for the language."""


class LanguageUnread(LanguageUnknown):
    """It has none, and the language model that reads any could not be asked; `consulted` says why."""

    def __init__(self, language: str, consulted: Consulted) -> None:
        super().__init__(language)
        self.consulted = consulted


@dataclass(frozen=True, slots=True)
class PromptFile:
    """What the brain gives for one call to a language model."""

    path: str
    instructions: str
    """With `{{names}}` where the release's data go."""
    answer: Mapping[str, object]
    """JSON Schema of the answer, to be completed with the release's data."""


class Knowledge(Protocol):
    """One release of the brain. Every method may raise KnowledgeUnavailable or BrainFileFault."""

    @property
    def release(self) -> str:
        """Name of the release, `releases/…`."""

    async def language(self, language: str) -> LanguageRules:
        """How to read prompts in a language; LanguageUnknown."""

    async def kinds(self, language: str) -> tuple[Kind, ...]:
        """The index of kinds, with their words in a language."""

    async def capability(self, capability_id: str, *, stage: Stage = Stage.SPECIFY) -> Capability:
        """One kind, as the stage's task gets it."""

    async def prompt(self, stage: Stage) -> PromptFile:
        """What a language model is asked in a stage: the first, or the one that specifies."""

    async def specification_rules(self) -> tuple[Rule, ...]:
        """The rules that judge a specification."""

    async def code_rules(self) -> tuple[Rule, ...]:
        """The rules that judge generated code."""

    async def spec_faults(self, document: Mapping[str, object], *, stage: Stage = Stage.SPECIFY) -> tuple[str, ...]:
        """What the specification's schema has against a document; empty when it fits."""

    async def project_templates(self) -> tuple[Template, ...]:
        """The templates of the files all controls share."""

    async def control_templates(self, capability_id: str) -> tuple[Template, ...]:
        """The templates of one kind."""

    async def strings(self, capability_id: str) -> tuple[Strings, ...]:
        """The texts of one kind, by LCID."""

    def routes(self) -> tuple[Route, ...]:
        """The routing decisions since the last call."""


class Brain(Protocol):
    """Where knowledge comes from."""

    async def current(self) -> Knowledge:
        """The current release; KnowledgeUnavailable."""

    def at(self, release: str) -> Knowledge:
        """A release a build began with."""
