"""The offline engine: answers the pipeline's two questions about a prompt by word lists and rules alone."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pcf_generator.domain.capability import Capability, Kind, ParameterValue, Phrase
from pcf_generator.domain.intent import Interpretation
from pcf_generator.domain.language import LanguageRules, Lexicon
from pcf_generator.domain.limits import default_text
from pcf_generator.domain.refusal import Choice, Question
from pcf_generator.models.offline.intents import map_intent, map_wishes
from pcf_generator.models.offline.kinds import KindReading, by_id, kind_phrases, read_kinds
from pcf_generator.models.offline.names import Named, introduced, introducer_phrases, words_of
from pcf_generator.models.offline.parameters import read_parameters
from pcf_generator.models.offline.phrases import PhraseSet
from pcf_generator.models.offline.signals import Signals, concept_phrases, read_signals
from pcf_generator.models.offline.tokens import Token, readable, tokenise
from pcf_generator.models.offline.unmapped import purpose_of, subject_of, unmapped
from pcf_generator.ports.knowledge import Knowledge
from pcf_generator.ports.model import Brief, Draft

KIND_QUESTION = "kind"
KIND_CERTAIN = 0.95
KIND_UNKNOWN = 0.3
MAX_CHOICE_ID = 100
"""What an answer may hold."""
READINGS = 64
"""How many prompts are kept as they were read: both of a build's questions are about the same."""


@dataclass(frozen=True, slots=True)
class _Phrases:
    """The phrases of one release and language, compiled once."""

    concepts: PhraseSet[str]
    kinds: PhraseSet[tuple[str, int]]
    names: PhraseSet[None]
    namespaces: PhraseSet[None]

    @classmethod
    def of(cls, rules: LanguageRules) -> "_Phrases":
        lexicon = rules.lexicon
        return cls(
            concept_phrases(rules),
            kind_phrases(rules),
            introducer_phrases(lexicon.name_introducers, lexicon),
            introducer_phrases(lexicon.namespace_introducers, lexicon),
        )


@dataclass(frozen=True, slots=True)
class _Reading:
    """A prompt, read: what was found and which tokens were understood."""

    text: str
    tokens: tuple[Token, ...]
    signals: Signals
    kinds: KindReading
    name: Named
    namespace: Named
    purpose: frozenset[int]

    @property
    def understood(self) -> frozenset[int]:
        names = {i for named in (self.name, self.namespace) for i in range(named.first, named.end)}
        return self.signals.understood | self.kinds.understood | names | self.purpose


class OfflineEngine:
    """Implements the `Model` port. The same prompt, answers and release give the same reply."""

    name = "offline"

    def __init__(self) -> None:
        self._compiled: dict[tuple[str, str], _Phrases] = {}
        self._readings: OrderedDict[tuple[str, str, str], _Reading] = OrderedDict()
        self._parameter_phrases: dict[tuple[str, str, str], PhraseSet[Phrase]] = {}

    async def interpret(self, brief: Brief, *, knowledge: Knowledge) -> Interpretation | Question:
        """Read the prompt; ask when it contradicts itself or names no kind, or several."""
        rules = await knowledge.language(brief.language)
        reading = self._read(brief, rules, release=knowledge.release)
        variables = reading.signals.settled(rules.questions, brief.answers).variables(rules.lexicon.concepts)
        for question in rules.questions:
            if question.when(variables) is True:
                choices = tuple(Choice(choice.id, choice.label) for choice in question.choices)
                return Question(question.id, question.code, question.text, choices)
        kind_id = reading.kinds.certain or brief.answers.get(KIND_QUESTION, "")
        phrases = unmapped(reading.tokens, reading.understood, rules.lexicon)
        if not kind_id and (asked := _ask_kind(reading.kinds, rules, phrases)):
            return asked
        return _interpretation(reading, rules, kind_id, phrases, variables)

    async def signals(self, brief: Brief, *, knowledge: Knowledge) -> Signals:
        """What the prompt says and denies, with the maker's answers."""
        rules = await knowledge.language(brief.language)
        reading = self._read(brief, rules, release=knowledge.release)
        return reading.signals.settled(rules.questions, brief.answers)

    async def specify(self, brief: Brief, capability: Capability, *, knowledge: Knowledge) -> Draft | Question:
        """Read the kind's parameters; ask when one is given two values."""
        rules = await knowledge.language(brief.language)
        reading = self._read(brief, rules, release=knowledge.release)
        key = (knowledge.release, brief.language, capability.id)
        if key not in self._parameter_phrases:
            entries = [(phrase.say, phrase) for phrase in capability.phrases.get(brief.language, ())]
            self._parameter_phrases[key] = PhraseSet(entries, rules.lexicon)
        found = read_parameters(
            reading.tokens,
            capability,
            self._parameter_phrases[key],
            prompt=reading.text,
            lexicon=rules.lexicon,
        )
        values: dict[str, ParameterValue] = {}
        for name, said in found.values.items():
            question = _ask_parameter(capability, name, said, rules)
            answer = brief.answers.get(question.question_id, "")
            chosen = [value for value in said if _choice_id(value) == answer] or list(said)
            if len(chosen) > 1:
                return question
            values[name] = chosen[0]
        return Draft(values, unmapped(reading.tokens, reading.understood | found.understood, rules.lexicon))

    def _read(self, brief: Brief, rules: LanguageRules, *, release: str) -> _Reading:
        key = (release, brief.language)
        if key not in self._compiled:
            self._compiled[key] = _Phrases.of(rules)
        prompt = (*key, brief.prompt)
        if prompt not in self._readings:
            self._readings[prompt] = _read(brief.prompt, self._compiled[key], rules.lexicon)
            if len(self._readings) > READINGS:
                self._readings.popitem(last=False)
        return self._readings[prompt]


def _read(prompt: str, phrases: _Phrases, lexicon: Lexicon) -> _Reading:
    text = readable(prompt)
    tokens = tokenise(text, lexicon)
    name = introduced(phrases.names, tokens, prompt=text)
    namespace = introduced(phrases.namespaces, tokens, prompt=text)
    purpose = purpose_of(tokens, lexicon)
    kinds = read_kinds(tokens, phrases.kinds, purpose, lexicon=lexicon)
    if not kinds.ranked and name.name:
        # "Create a component named ProductRating": the name is all that says what it is.
        named = read_kinds(tokenise(words_of(name.name), lexicon), phrases.kinds, frozenset(), lexicon=lexicon)
        kinds = KindReading(named.ranked, frozenset())
    signals = read_signals(tokens, phrases.concepts, lexicon)
    return _Reading(text, tokens, signals, kinds, name, namespace, purpose)


def _interpretation(
    reading: _Reading,
    rules: LanguageRules,
    kind_id: str,
    phrases: tuple[str, ...],
    variables: Mapping[str, object],
) -> Interpretation:
    kind = by_id(rules.kinds, kind_id)
    return Interpretation(
        intent=map_intent(kind, rules.mappings, variables),
        kind=kind.id if kind else "",
        wanted="" if kind else " ".join(phrases[:1]),
        confidence=KIND_CERTAIN if kind else KIND_UNKNOWN,
        component_name=reading.name.name,
        namespace=reading.namespace.name,
        wishes=map_wishes(rules.wishes, variables),
        subject=subject_of(reading.tokens, reading.purpose),
    )


def _ask_kind(kinds: KindReading, rules: LanguageRules, phrases: tuple[str, ...]) -> Question | None:
    """Ask, unless the prompt names something that is simply not there: that is for the next stage to say."""
    ask = rules.kind_question
    if len(kinds.leaders) > 1:
        text, offered = ask.several, [kind for kind in rules.kinds if kind.id in kinds.leaders]
    elif kinds.ranked:
        text, offered = ask.unsure, list(rules.kinds)
    elif not phrases:
        text, offered = ask.none, list(rules.kinds)
    else:
        return None
    return Question(KIND_QUESTION, ask.code, text, _kind_choices(offered))


def _kind_choices(kinds: Sequence[Kind]) -> tuple[Choice, ...]:
    return tuple(Choice(kind.id, kind.display_name) for kind in kinds)


def _ask_parameter(capability: Capability, name: str, said: Sequence[ParameterValue], rules: LanguageRules) -> Question:
    ask = rules.parameter_question
    text = ask.text.replace("{description}", capability.parameter(name).description)
    choices = tuple(Choice(_choice_id(value), default_text(value)) for value in said)
    return Question(f"parameter.{name}", ask.code, text, choices)


def _choice_id(value: ParameterValue) -> str:
    return default_text(value)[:MAX_CHOICE_ID]
