"""Phrases: compiles `half star|stars`, `from {min} to {max}`, `[long] animation` and matches them on tokens."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from pcf_generator.domain.language import Lexicon
from pcf_generator.models.offline.tokens import Token, stem, tokenise

Owner = TypeVar("Owner")

MAX_GAP = 2
"""How many transparent words may stand between two words of a phrase."""

Captured = tuple[object, int]
Capture = Callable[[str, Sequence[Token], int], Captured | None]
"""Reads the value of a named capture at a position: the value and the position after it, or None."""

_Taken = tuple[Mapping[str, object], frozenset[int]]
"""What the parts before have captured and claimed."""

_PART = re.compile(r"\{(?P<capture>\w+)\}|\[(?P<optional>[^\]]+)\]|(?P<start>\^)|(?P<words>[^\s\[\]{}^]+)")


@dataclass(frozen=True, slots=True)
class Part:
    """One place of a phrase: alternatives of a word, or a capture."""

    words: frozenset[str] = frozenset()
    capture: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled phrase."""

    parts: tuple[Part, ...]
    at_start: bool = False

    def first_words(self) -> frozenset[str] | None:
        """The words it can begin with; None when it can begin with a capture."""
        words: frozenset[str] = frozenset()
        for part in self.parts:
            if part.capture:
                return None
            words |= part.words
            if not part.optional:
                break
        return words


@dataclass(frozen=True, slots=True)
class Match:
    """Where a phrase stands: tokens first to end (exclusive), and what it captured."""

    first: int
    end: int
    negated: bool
    captures: Mapping[str, object] = field(default_factory=dict)
    claimed: frozenset[int] = frozenset()
    """The tokens that the phrase itself has; the others are transparent words between them."""

    @property
    def length(self) -> int:
        """How many tokens it spans."""
        return self.end - self.first


def compile_pattern(say: str, lexicon: Lexicon) -> Pattern:
    """Compile a phrase; its words are cut and stemmed as the prompt's are."""
    parts: list[Part] = []
    at_start = False
    for match in _PART.finditer(say):
        if match["start"]:
            at_start = True
        elif match["capture"]:
            parts.append(Part(capture=match["capture"]))
        else:
            text = match["optional"] or match["words"]
            parts.extend(_words(text, optional=match["optional"] is not None, lexicon=lexicon))
    return Pattern(tuple(parts), at_start)


def _words(text: str, *, optional: bool, lexicon: Lexicon) -> list[Part]:
    """`e-mail` is two places; `a|b` is one place with two alternatives, each of one word."""
    if "|" in text or text == "-":
        return [Part(frozenset(stem(word, lexicon) for word in text.split("|")), optional=optional)]
    cut = [token.stem for token in tokenise(text, lexicon) if token.kind in {"word", "number"}]
    return [Part(frozenset({word}), optional=optional) for word in cut or [text]]


def find_at(
    pattern: Pattern, tokens: Sequence[Token], at: int, *, lexicon: Lexicon, capture: Capture | None = None
) -> Match | None:
    """The phrase at this position, if it stands there."""
    found = _match(pattern.parts, tokens, at, ({}, frozenset()), lexicon, capture)
    if found is None or found[0] == at:
        return None
    end, captures, claimed = found
    return Match(at, end, _is_denied(tokens[at:end]), captures, claimed)


def _is_denied(tokens: Sequence[Token]) -> bool:
    """A negation before the phrase denies it; one inside belongs to it, as in "cannot be empty"."""
    for token in tokens:
        if token.negated or token.negates:
            return token.negated
    return False


def start_of(tokens: Sequence[Token], lexicon: Lexicon) -> int:
    """Where the prompt begins to say something: its first word that is no filler."""
    for i, token in enumerate(tokens):
        if token.kind != "mark" and token.text.lower() not in lexicon.fillers:
            return i
    return len(tokens)


def _match(
    parts: Sequence[Part],
    tokens: Sequence[Token],
    at: int,
    so_far: _Taken,
    lexicon: Lexicon,
    capture: Capture | None,
) -> tuple[int, Mapping[str, object], frozenset[int]] | None:
    captures, claimed = so_far
    if not parts:
        return at, captures, claimed
    part, rest = parts[0], parts[1:]
    step = _step(part, tokens, at, capture)
    if step is not None:
        value, after = step
        taken = {**captures, part.capture: value} if part.capture else captures, claimed | set(range(at, after))
        for gap in range(MAX_GAP + 1 if rest else 1):
            if gap and not _transparent(tokens, after + gap - 1, lexicon):
                break
            found = _match(rest, tokens, after + gap, taken, lexicon, capture)
            if found is not None:
                return found
    return _match(rest, tokens, at, so_far, lexicon, capture) if part.optional else None


def _step(part: Part, tokens: Sequence[Token], at: int, capture: Capture | None) -> Captured | None:
    if at >= len(tokens):
        return None
    if part.capture:
        return capture(part.capture, tokens, at) if capture else None
    return (None, at + 1) if tokens[at].stem in part.words else None


def _transparent(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> bool:
    if at >= len(tokens):
        return False
    word = tokens[at].text.lower()
    return word in lexicon.transparent or word in lexicon.colours or tokens[at].kind == "colour"


def longest_first(matches: Sequence[tuple[Match, Owner]]) -> list[tuple[Match, Owner]]:
    """Of matches that overlap keep the longest, then what claims more of it, then the earlier; in reading order."""
    kept: list[tuple[Match, Owner]] = []
    taken: set[int] = set()
    for match, owner in sorted(matches, key=lambda pair: (-pair[0].length, -len(pair[0].claimed), pair[0].first)):
        span = set(range(match.first, match.end))
        if not span & taken:
            taken |= span
            kept.append((match, owner))
    return sorted(kept, key=lambda pair: pair[0].first)
