"""Names in a prompt: what is introduced by "named" or "namespace", and what a bad name could be instead."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pcf_generator.domain.language import Lexicon
from pcf_generator.models.offline.phrases import PhraseSet
from pcf_generator.models.offline.tokens import Token

_CHUNK = re.compile(r"[^\s,;!?'\"“”`«»()]+")
_ASSIGNS = frozenset(":=")


@dataclass(frozen=True, slots=True)
class Named:
    """A name that was given, and the tokens that say so."""

    name: str = ""
    first: int = 0
    end: int = 0


def introducer_phrases(introducers: Sequence[str], lexicon: Lexicon) -> PhraseSet[None]:
    """What a name is introduced with, compiled."""
    return PhraseSet([(words, None) for words in introducers], lexicon)


def introduced(introducers: PhraseSet[None], tokens: Sequence[Token], *, prompt: str) -> Named:
    """The name after the first introducer: quoted, or else up to the next space."""
    for match, _ in introducers.find(tokens):
        at = match.end + 1 if match.end < len(tokens) and tokens[match.end].text in _ASSIGNS else match.end
        if at >= len(tokens):
            continue
        token = tokens[at]
        if token.kind == "quoted":
            return Named(token.text, match.first, at + 1)
        chunk = _CHUNK.match(prompt, token.start)
        if chunk is not None:
            text = chunk[0].rstrip(".:")
            stop = token.start + len(text)
            end = next((i for i in range(at, len(tokens)) if tokens[i].start >= stop), len(tokens))
            return Named(text, match.first, end)
    return Named()


def words_of(name: str) -> str:
    """The words of a name in PascalCase: `ProductRating` gives `Product Rating`."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
