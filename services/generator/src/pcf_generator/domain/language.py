"""What the brain knows about a language: its words, and the rules from words to intents and questions."""

from collections.abc import Mapping
from dataclasses import dataclass

from pcf_generator.domain.capability import Expression, Kind


@dataclass(frozen=True, slots=True)
class Lexicon:
    """One language's words; the file under `ai-brain/intent/lexicon/` says what each list means."""

    language: str
    stems: tuple[tuple[str, str, int], ...]
    numbers: Mapping[str, float]
    durations: Mapping[str, float]
    negators: frozenset[str]
    negator_suffixes: tuple[str, ...]
    not_negators: tuple[str, ...]
    scope_enders: frozenset[str]
    scope_words: int
    name_introducers: tuple[str, ...]
    namespace_introducers: tuple[str, ...]
    purpose_introducers: tuple[str, ...]
    transparent: frozenset[str]
    fillers: frozenset[str]
    colours: Mapping[str, str]
    concepts: Mapping[str, tuple[str, ...]]
    thousands: str = ","
    """What groups digits: `1,000`; the other of comma and point begins a fraction."""


@dataclass(frozen=True, slots=True)
class MappingRule:
    """Sets fields of the intent (dotted camelCase paths) when its condition holds."""

    when: Expression
    set: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class WishRule:
    """Recognises a special wish."""

    wish: str
    when: Expression
    means: str = ""
    """For a language model."""


@dataclass(frozen=True, slots=True)
class QuestionChoice:
    """A way to answer: the concepts it says and unsays."""

    id: str
    label: str
    say: frozenset[str]
    unsay: frozenset[str]


@dataclass(frozen=True, slots=True)
class QuestionRule:
    """When to ask, and what."""

    id: str
    code: str
    when: Expression
    text: str
    choices: tuple[QuestionChoice, ...]


@dataclass(frozen=True, slots=True)
class KindQuestion:
    """How to ask for the kind of control."""

    code: str
    none: str
    several: str
    unsure: str


@dataclass(frozen=True, slots=True)
class ParameterQuestion:
    """How to ask which of two values is meant; `{description}` stands for the parameter's."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class LanguageRules:
    """All that reading a prompt in one language takes."""

    lexicon: Lexicon
    mappings: tuple[MappingRule, ...]
    wishes: tuple[WishRule, ...]
    questions: tuple[QuestionRule, ...]
    kind_question: KindQuestion
    parameter_question: ParameterQuestion
    kinds: tuple[Kind, ...]
