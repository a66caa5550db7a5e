"""Makes text that came from elsewhere fit for a terminal: what it says is shown, nothing in it is obeyed."""

import unicodedata

__all__ = ["one_line", "printable"]

# Control characters, halves of a character, and the marks that turn the direction of what follows.
_UNSHOWN = frozenset({"Cc", "Cs"})
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def printable(text: str) -> str:
    """The text with everything replaced that a terminal would act upon, line breaks excepted."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def one_line(text: str) -> str:
    """The same on one line, and without tabs: they separate columns."""
    return printable(" ".join(text.split()))


def _shown(character: str) -> str:
    if character == "\n":
        return character
    if character in _TURNING or unicodedata.category(character) in _UNSHOWN:
        return "\ufffd"
    return character
