"""Which kind of control a prompt means."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from pcf_generator.domain.capability import Kind
from pcf_generator.domain.language import LanguageRules, Lexicon
from pcf_generator.models.offline.patterns import Match, longest_first
from pcf_generator.models.offline.phrases import PhraseSet
from pcf_generator.models.offline.tokens import Token

STRONG = 3
WEAK = 1


@dataclass(frozen=True, slots=True)
class KindReading:
    """The best kinds with their score, best first; `understood` are the tokens that named them."""

    ranked: tuple[tuple[str, int], ...]
    understood: frozenset[int]

    @property
    def certain(self) -> str:
        """The one kind that was named plainly; empty when none or several were."""
        if not self.ranked or self.ranked[0][1] < STRONG:
            return ""
        return self.ranked[0][0] if len(self.leaders) == 1 else ""

    @property
    def leaders(self) -> tuple[str, ...]:
        """The kinds that share the best score."""
        return tuple(kind for kind, score in self.ranked if score == self.ranked[0][1])


def kind_phrases(rules: LanguageRules) -> PhraseSet[tuple[str, int]]:
    """The kinds' words as one set of phrases."""
    return PhraseSet(
        (
            (say, (kind.id, weight))
            for kind in rules.kinds
            for weight, words in ((STRONG, kind.strong), (WEAK, kind.weak))
            for say in words
        ),
        rules.lexicon,
    )


def read_kinds(
    tokens: Sequence[Token], phrases: PhraseSet[tuple[str, int]], purpose: frozenset[int], *, lexicon: Lexicon
) -> KindReading:
    """Score the kinds: each phrase that is not negated counts once, longer ones more.

    What stands in a purpose ("a slider *for star ratings*") counts little, unless nothing else names a kind. If all
    are negated, those count that are not denied themselves: "users cannot change the *rating*", but not "no slider".
    """
    found = phrases.find(tokens)
    meant = [(match, owner) for match, owner in found if not match.negated] or [
        (match, owner) for match, owner in found if not _is_denied(match, tokens, lexicon)
    ]
    scores = _scores(meant, tokens, purpose)
    if max(scores.values(), default=0) < STRONG:
        scores = _scores(meant, tokens, frozenset())
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0]))
    understood = frozenset(i for match, _ in found for i in match.claimed)
    return KindReading(tuple(ranked), understood)


def _is_denied(match: Match, tokens: Sequence[Token], lexicon: Lexicon) -> bool:
    """Whether nothing that says something stands between a negation and the phrase."""
    for token in reversed(tokens[: match.first]):
        word = token.text.lower()
        if token.negates or not (word in lexicon.fillers or word in lexicon.transparent):
            return token.negates
    return False


def _scores(
    found: Sequence[tuple[Match, tuple[str, int]]], tokens: Sequence[Token], purpose: frozenset[int]
) -> dict[str, int]:
    by_kind: dict[str, list[tuple[Match, int]]] = defaultdict(list)
    for match, (kind, weight) in found:
        by_kind[kind].append((match, WEAK if match.first in purpose else weight))
    scores: dict[str, int] = {}
    for kind, matches in by_kind.items():
        # A word said twice is no more certain than said once.
        distinct: dict[tuple[str, ...], int] = {}
        for match, weight in longest_first(matches):
            words = tuple(tokens[i].stem for i in sorted(match.claimed))
            distinct[words] = max(distinct.get(words, 0), weight + len(words) - 1)
        scores[kind] = sum(distinct.values())
    return scores


def by_id(kinds: Sequence[Kind], kind_id: str) -> Kind | None:
    """The kind of that id, if the brain has it."""
    return next((kind for kind in kinds if kind.id == kind_id), None)
