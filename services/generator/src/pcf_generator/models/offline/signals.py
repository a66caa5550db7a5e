"""What a prompt says and denies, as the variables of the brain's conditions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pcf_generator.domain.language import LanguageRules, Lexicon, QuestionRule
from pcf_generator.models.offline import captures
from pcf_generator.models.offline.patterns import Captured, longest_first
from pcf_generator.models.offline.phrases import PhraseSet
from pcf_generator.models.offline.tokens import Token


@dataclass(frozen=True, slots=True)
class Signals:
    """Concepts that were said, denied and measured, and the tokens that did so."""

    said: frozenset[str]
    denied: frozenset[str]
    amounts: Mapping[str, float]
    understood: frozenset[int]

    def variables(self, concepts: Iterable[str]) -> dict[str, object]:
        """`said`, `denied` and `amounts` with a value for every concept."""
        names = tuple(concepts)
        return {
            "said": {name: name in self.said for name in names},
            "denied": {name: name in self.denied for name in names},
            "amounts": {name: self.amounts.get(name, 0.0) for name in names},
        }

    def answered(self, question: QuestionRule, choice_id: str) -> "Signals":
        """The signals as if the prompt had said the choice; unchanged for a choice that is not there."""
        for choice in question.choices:
            if choice.id == choice_id:
                return Signals(
                    (self.said - choice.unsay) | choice.say,
                    self.denied - choice.say - choice.unsay,
                    self.amounts,
                    self.understood,
                )
        return self

    def settled(self, questions: Iterable[QuestionRule], answers: Mapping[str, str]) -> "Signals":
        """The signals after the maker's answers, by question id."""
        signals = self
        for question in questions:
            if question.id in answers:
                signals = signals.answered(question, answers[question.id])
        return signals


def concept_phrases(rules: LanguageRules) -> PhraseSet[str]:
    """The lexicon's concepts as one set of phrases."""
    lexicon = rules.lexicon
    pairs = ((say, concept) for concept, phrases in lexicon.concepts.items() for say in phrases)
    return PhraseSet(pairs, lexicon)


def read_signals(tokens: Sequence[Token], phrases: PhraseSet[str], lexicon: Lexicon) -> Signals:
    """Find the concepts; where phrases overlap the longest counts."""

    def capture(name: str, tokens: Sequence[Token], at: int) -> Captured | None:
        return captures.duration(tokens, at, lexicon) if name == "duration" else None

    found = longest_first(phrases.find(tokens, capture))
    said = {concept for match, concept in found if not match.negated}
    return Signals(
        said=frozenset(said),
        denied=frozenset(concept for match, concept in found if match.negated),
        amounts={
            concept: float(str(match.captures["duration"]))
            for match, concept in found
            if "duration" in match.captures and not match.negated
        },
        understood=frozenset(i for match, _ in found for i in match.claimed),
    )
