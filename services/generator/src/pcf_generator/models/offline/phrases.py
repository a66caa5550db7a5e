"""A set of phrases, indexed by the words they can begin with, so that a long prompt stays cheap to read."""

from collections.abc import Iterable, Sequence
from typing import Generic, TypeVar

from pcf_generator.domain.language import Lexicon
from pcf_generator.models.offline.patterns import Capture, Match, Pattern, compile_pattern, find_at, start_of
from pcf_generator.models.offline.tokens import Token

Owner = TypeVar("Owner")


class PhraseSet(Generic[Owner]):
    """Phrases with what each stands for."""

    def __init__(self, phrases: Iterable[tuple[str, Owner]], lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._by_word: dict[str, list[tuple[Pattern, Owner]]] = {}
        self._anywhere: list[tuple[Pattern, Owner]] = []
        for say, owner in phrases:
            pattern = compile_pattern(say, lexicon)
            words = pattern.first_words()
            if words is None:
                self._anywhere.append((pattern, owner))
            for word in words or ():
                self._by_word.setdefault(word, []).append((pattern, owner))

    def find(self, tokens: Sequence[Token], capture: Capture | None = None) -> list[tuple[Match, Owner]]:
        """Every place where a phrase stands, with its owner."""
        beginning = start_of(tokens, self._lexicon)
        return [
            (match, owner)
            for at, token in enumerate(tokens)
            for pattern, owner in (*self._by_word.get(token.stem, ()), *self._anywhere)
            if not pattern.at_start or at == beginning
            if (match := find_at(pattern, tokens, at, lexicon=self._lexicon, capture=capture)) is not None
        ]
