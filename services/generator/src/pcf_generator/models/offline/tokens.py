"""Cuts a prompt into tokens and marks those that a negation covers."""

import re
from dataclasses import dataclass, replace

from pcf_generator.domain.language import Lexicon

_TOKEN = re.compile(
    r"(?P<quoted>(?<![A-Za-z0-9])(?:'[^'\n]{1,100}'(?![A-Za-z0-9])|\"[^\"\n]{1,100}\"|“[^”\n]{1,100}”|`[^`\n]{1,100}`|«[^»\n]{1,100}»))"
    r"|(?P<colour>#(?:[0-9A-Fa-f]{6}|[0-9A-Fa-f]{3})(?![0-9A-Za-z]))"
    r"|(?P<number>(?:(?<![\w.])-(?=\d))?\d+(?:[.,]\d+)?)"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)"
    r"|(?P<mark>\.\.+|[^\w\s])"
)
_BOUNDARIES = frozenset(".,;:!?()")
_DASHES = frozenset("-\u2010\u2011\u2012\u2013\u2014")


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
    negated: bool = False


def tokenise(text: str, lexicon: Lexicon) -> tuple[Token, ...]:
    """Cut the text. A hyphen inside a word separates words; between numbers it is kept, as `-`."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "mark"
        raw = match[0]
        if raw in _DASHES:
            if not (tokens and tokens[-1].kind == "number" and re.match(r"\s*-?\d", text[match.end() :])):
                continue
            raw = "-"
        tokens.append(_token(kind, raw, match.start(), match.end(), lexicon))
    return _with_negation(tuple(tokens), lexicon)


def stem(word: str, lexicon: Lexicon) -> str:
    """Bring a word to the form it is matched in."""
    lower = word.lower().replace("’", "'")
    for suffix, replacement, shortest in lexicon.stems:
        if lower.endswith(suffix) and len(lower) >= shortest:
            return lower[: len(lower) - len(suffix)] + replacement
    return lower


def _token(kind: str, raw: str, start: int, end: int, lexicon: Lexicon) -> Token:
    if kind == "quoted":
        return Token(kind, raw[1:-1], "", start, end)
    if kind == "number":
        return Token(kind, raw, raw, start, end, float(raw.replace(",", ".")))
    if kind == "word":
        return Token(kind, raw, stem(raw, lexicon), start, end, lexicon.numbers.get(raw.lower()))
    return Token(kind, raw, raw, start, end)


def _with_negation(tokens: tuple[Token, ...], lexicon: Lexicon) -> tuple[Token, ...]:
    spared = {
        i
        for phrase in lexicon.not_negators
        for i in range(len(tokens))
        if [t.text.lower() for t in tokens[i : i + len(phrase.split())]] == phrase.split()
    }
    marked = list(tokens)
    left = 0
    for i, token in enumerate(tokens):
        word = token.text.lower().replace("’", "'")
        if token.kind == "word" and i not in spared and _negates(word, lexicon):
            left = lexicon.scope_words
        elif (token.kind == "mark" and token.text in _BOUNDARIES) or word in lexicon.scope_enders:
            left = 0
        elif left:
            left -= 1
            marked[i] = replace(token, negated=True)
    return tuple(marked)


def _negates(word: str, lexicon: Lexicon) -> bool:
    return word in lexicon.negators or word.endswith(lexicon.negator_suffixes)
