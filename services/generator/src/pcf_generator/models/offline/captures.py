"""Reads values out of a prompt: numbers, times, colours, choices and quoted text."""

import re
from collections.abc import Sequence

from pcf_generator.domain.capability import Parameter
from pcf_generator.domain.language import Lexicon
from pcf_generator.models.offline.patterns import Captured
from pcf_generator.models.offline.tokens import Token, stem

_BARE_TEXT = re.compile(r"[0-9A*#()+./:\-]+(?: [0-9A*#()+./:\-]+)*")


def duration(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> Captured | None:
    """Read `2 seconds` or `300ms` as milliseconds."""
    number = tokens[at].number
    if number is None or at + 1 >= len(tokens):
        return None
    unit = lexicon.durations.get(stem(tokens[at + 1].text, lexicon), lexicon.durations.get(tokens[at + 1].text.lower()))
    return None if unit is None else (number * unit, at + 2)


def colour(tokens: Sequence[Token], at: int, lexicon: Lexicon) -> Captured | None:
    """Read `#0F6CBD`, `#06c`, `blue` or `dark blue` as #RRGGBB."""
    token = tokens[at]
    if token.kind == "colour":
        digits = token.text[1:]
        full = digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)  # noqa: PLR2004 - #RGB or #RRGGBB
        return f"#{full.upper()}", at + 1
    for words in (2, 1):
        name = " ".join(t.text.lower() for t in tokens[at : at + words])
        if name in lexicon.colours and len(tokens) >= at + words:
            return lexicon.colours[name], at + words
    return None


def value(parameter: Parameter, tokens: Sequence[Token], at: int, *, prompt: str, lexicon: Lexicon) -> Captured | None:
    """Read a value of the parameter's type."""
    token = tokens[at]
    match parameter.type:
        case "integer":
            return (int(token.number), at + 1) if token.number is not None and token.number.is_integer() else None
        case "number":
            return (token.number, at + 1) if token.number is not None else None
        case "colour":
            return colour(tokens, at, lexicon)
        case "choice":
            return _choice(parameter.choices, tokens, at, lexicon)
        case "text":
            return _text(tokens, at, prompt)
        case _:
            return None


def _choice(choices: Sequence[str], tokens: Sequence[Token], at: int, lexicon: Lexicon) -> Captured | None:
    """One of the choices; `top-left` is said in two words."""
    for choice in choices:
        words = [stem(word, lexicon) for word in choice.split("-")]
        if [token.stem for token in tokens[at : at + len(words)]] == words:
            return choice, at + len(words)
    return None


def _text(tokens: Sequence[Token], at: int, prompt: str) -> Captured | None:
    """A quoted text, or without quotes a run of digits and signs such as a mask."""
    if tokens[at].kind == "quoted":
        return tokens[at].text, at + 1
    found = _BARE_TEXT.match(prompt, tokens[at].start)
    if found is None or len(found[0]) < 2:  # noqa: PLR2004 - one sign is punctuation
        return None
    text = found[0].rstrip(".,:")
    end = tokens[at].start + len(text)
    return text, next((i for i in range(at, len(tokens)) if tokens[i].start >= end), len(tokens))
