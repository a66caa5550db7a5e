"""What is taken of an answer about an intent: enumerations, switches, quotes from the prompt. All else is dropped."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from pcf_generator.domain.capability import Kind
from pcf_generator.domain.language import LanguageRules
from pcf_generator.models.asking.intent_call import NONE, UNCLEAR
from pcf_generator.models.asking.quotes import name, quote, quotes
from pcf_generator.models.offline.signals import Signals

SURE = 0.6
"""Below this the maker is asked."""
_LEVELS = {"A": "levelA", "AA": "levelAA", "AAA": "levelAAA"}
_STYLES = ("minimal", "rich")
_SENSES = ("keyboard", "screenReader", "highContrast")
_EXCLUDE = {
    "readOnly": frozenset({"edit"}),
    "required": frozenset({"optional"}),
    "optional": frozenset({"required"}),
    "minimal": frozenset({"rich"}),
    "rich": frozenset({"minimal"}),
    **{level: frozenset(_LEVELS.values()) - {level} for level in _LEVELS.values()},
}
"""Concepts that a concept cannot stand beside."""


@dataclass(frozen=True, slots=True)
class IntentAnswer:
    """What a model read in a prompt, in the lexicon's concepts."""

    kind: str
    """An id, `none` or `unclear`."""
    confidence: float
    says: frozenset[str]
    denies: frozenset[str]
    wishes: tuple[str, ...]
    contradiction: str
    component_name: str
    namespace: str
    subject: str
    unmapped: tuple[str, ...]

    @property
    def is_sure(self) -> bool:
        """Whether it names one kind, or plainly none."""
        return self.kind != UNCLEAR and self.confidence >= SURE

    @property
    def names_none(self) -> bool:
        """Whether what the prompt asks for is not there."""
        return self.kind == NONE


def read_intent(
    value: Mapping[str, object], prompt: str, *, offered: Sequence[Kind], rules: LanguageRules
) -> IntentAnswer:
    """Read an answer, whoever gave it: one of another shape says nothing."""
    return IntentAnswer(
        kind=_one_of(value.get("kind"), {kind.id for kind in offered} | {NONE}) or UNCLEAR,
        confidence=_share(value.get("confidence")),
        says=_says(value),
        denies=frozenset(_all_of(value.get("without"), _SENSES)),
        wishes=_all_of(value.get("wishes"), [rule.wish for rule in rules.wishes]),
        contradiction=_one_of(value.get("contradiction"), {rule.id for rule in rules.questions}),
        component_name=name(value.get("componentName"), prompt),
        namespace=name(value.get("namespace"), prompt),
        subject=quote(value.get("subject"), prompt),
        unmapped=quotes(value.get("unmapped"), prompt),
    )


def merged(signals: Signals, answer: IntentAnswer) -> Signals:
    """The engine's signals, and of the model's those that contradict none of them."""
    settled = signals.said | signals.denied
    said = {c for c in answer.says if c not in settled and not _EXCLUDE.get(c, frozenset()) & signals.said}
    denied = {concept for concept in answer.denies if concept not in settled}
    return Signals(signals.said | said, signals.denied | denied, signals.amounts, signals.understood)


def _says(value: Mapping[str, object]) -> frozenset[str]:
    required = value.get("required")
    said = {
        "readOnly": value.get("readOnly") is True,
        "required": required is True,
        "optional": required is False,
        **{style: value.get("style") == style for style in _STYLES},
        **{concept: value.get("wcagLevel") == level for level, concept in _LEVELS.items()},
    }
    return frozenset(concept for concept, holds in said.items() if holds)


def _one_of(said: object, options: Collection[str]) -> str:
    return said if isinstance(said, str) and said in options else ""


def _all_of(said: object, options: Sequence[str]) -> tuple[str, ...]:
    return tuple(option for option in options if option in said) if isinstance(said, list) else ()


def _share(said: object) -> float:
    """Between 0 and 1; 0 for what is no number."""
    is_number = isinstance(said, int | float) and not isinstance(said, bool) and not math.isnan(said)
    return float(min(max(said, 0), 1)) if isinstance(said, int | float) and is_number else 0.0
