"""Cuts a prompt into tokens and marks those that a negation covers."""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from pcf_generator.domain.language import Lexicon

_PIECES = (
    r"(?P<quoted>(?<![A-Za-z0-9])(?:'[^'\n]{1,100}'(?![A-Za-z0-9])|\"[^\"\n]{1,100}\"|“[^”\n]{1,100}”|`[^`\n]{1,100}`|«[^»\n]{1,100}»))"
    r"|(?P<colour>#(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})(?![0-9A-Za-z]))"
    r"|(?P<number>(?:(?<![\w.])[-\u2212](?=\d))?(?:NUMBER))"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)"
    r"|(?P<mark>\.\.+|[^\w\s])"
)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_BOUNDARIES = frozenset(".,;:!?()")
_DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014\u2212")
_DOTS = frozenset({"..", "...", "…"})
_DIGIT_NEXT = re.compile(r"\s*[-\u2212]?\d")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of the prompt. `stem` is what phrases are matched on; `start` and `end` point into the text."""

    kind: str
    """word, number, quoted, colour or mark"""
    text: str
    stem: str
    start: int
    end: int
    number: float | None = None
    negates: bool = False
    """Whether it denies what follows; `negated`: whether such a word before it does."""
    negated: bool = False


def readable(prompt: str) -> str:
    """The prompt as it is read: é as one character, as the lexicons write it, and nothing that no file can hold."""
    return _CONTROLS.sub(" ", unicodedata.normalize("NFC", prompt))


def tokenise(text: str, lexicon: Lexicon) -> tuple[Token, ...]:
    """Cut the text. A hyphen inside a word separates words; between numbers it is kept, as `-`, and so are dots."""
    tokens: list[Token] = []
    for match in _pieces(lexicon.thousands).finditer(text):
        kind = match.lastgroup or "mark"
        raw = match[0]
        if raw in _DASHES or raw in _DOTS:
            is_range = tokens and tokens[-1].kind == "number" and _DIGIT_NEXT.match(text, match.end())
            if raw in _DASHES and not is_range:
                continue
            raw = "-" if is_range else raw
        tokens.append(_token(kind, raw, match, lexicon))
    return _with_negation(tuple(tokens), lexicon)


def stem(word: str, lexicon: Lexicon) -> str:
    """Bring a word to the form it is matched in."""
    lower = word.lower().replace("’", "'")
    for suffix, replacement, shortest in lexicon.stems:
        if lower.endswith(suffix) and len(lower) >= shortest:
            return lower[: len(lower) - len(suffix)] + replacement
    return lower


@lru_cache(maxsize=8)
def _pieces(thousands: str) -> re.Pattern[str]:
    """The pieces of a text in which `thousands` groups digits, so that `1,000` is no decimal."""
    mark, point = re.escape(thousands), "," if thousands == "." else r"\."
    grouped = rf"(?P<grouped>[1-9]\d{{0,2}}(?:{mark}\d{{3}})+(?!\d)(?:{point}\d+)?)"
    return re.compile(_PIECES.replace("NUMBER", rf"{grouped}|\d+(?:[.,]\d+)?"))


def _token(kind: str, raw: str, match: re.Match[str], lexicon: Lexicon) -> Token:
    start, end = match.span()
    if kind == "quoted":
        return Token(kind, raw[1:-1], "", start, end)
    if kind == "number":
        return Token(kind, raw, raw, start, end, _number(match, lexicon))
    if kind == "word":
        return Token(kind, raw, stem(raw, lexicon), start, end, lexicon.numbers.get(raw.lower()))
    return Token(kind, raw, raw, start, end)


def _number(match: re.Match[str], lexicon: Lexicon) -> float | None:
    """The value; None for digits without end, which are no quantity."""
    plain = match[0].replace(lexicon.thousands, "") if match["grouped"] else match[0]
    number = float(plain.replace("\u2212", "-").replace(",", "."))
    return number if math.isfinite(number) else None


def _with_negation(tokens: tuple[Token, ...], lexicon: Lexicon) -> tuple[Token, ...]:
    marked = list(tokens)
    spared = _spared(tokens, lexicon)
    left = 0
    for i, token in enumerate(tokens):
        word = _word(token)
        if token.kind == "word" and i not in spared and _negates(word, lexicon):
            left = lexicon.scope_words
            marked[i] = replace(token, negates=True)
        elif (token.kind == "mark" and token.text in _BOUNDARIES) or word in lexicon.scope_enders:
            left = 0
        elif left:
            left -= 1
            marked[i] = replace(token, negated=True)
    return tuple(marked)


def _spared(tokens: Sequence[Token], lexicon: Lexicon) -> set[int]:
    """Where a phrase such as "not only" begins: its negator denies nothing."""
    words = [_word(token) for token in tokens]
    phrases = [phrase.split() for phrase in lexicon.not_negators]
    return {i for i in range(len(words)) for phrase in phrases if words[i : i + len(phrase)] == phrase}


def _word(token: Token) -> str:
    return token.text.lower().replace("’", "'")


def _negates(word: str, lexicon: Lexicon) -> bool:
    return word in lexicon.negators or word.endswith(lexicon.negator_suffixes)
