"""What a prompt is for, and which of its phrases nobody understood."""

from collections.abc import Sequence

from pcf_generator.domain.language import Lexicon
from pcf_generator.models.offline.tokens import Token

_CLAUSE_ENDS = frozenset(".,;:!?()")
MAX_PHRASES = 20


def purpose_of(tokens: Sequence[Token], lexicon: Lexicon) -> frozenset[int]:
    """The tokens of "for product reviews": from the introducer to the end of the clause."""
    inside: set[int] = set()
    running = False
    for i, token in enumerate(tokens):
        if token.text.lower() in lexicon.purpose_introducers:
            running = True
        elif token.text in _CLAUSE_ENDS or token.text.lower() in lexicon.scope_enders or token.number is not None:
            running = False
        if running:
            inside.add(i)
    return frozenset(inside)


def subject_of(tokens: Sequence[Token], purpose: frozenset[int]) -> str:
    """What the control is for, in the maker's words, without the introducer."""
    return " ".join(tokens[i].text for i in sorted(purpose)[1:])


def unmapped(tokens: Sequence[Token], understood: frozenset[int], lexicon: Lexicon) -> tuple[str, ...]:
    """Runs of words that carry meaning and that nothing claimed."""
    phrases: list[str] = []
    run: list[str] = []
    for i, token in enumerate(tokens):
        if i not in understood and _says_something(token, lexicon):
            run.append(token.text)
        elif run:
            phrases.append(" ".join(run))
            run = []
    if run:
        phrases.append(" ".join(run))
    return tuple(dict.fromkeys(phrases))[:MAX_PHRASES]


def _says_something(token: Token, lexicon: Lexicon) -> bool:
    if token.kind == "mark":
        return False
    word = token.text.lower().replace("’", "'")
    known = word in lexicon.fillers or word in lexicon.transparent or word in lexicon.negators
    return not known and not word.endswith(lexicon.negator_suffixes)
