"""Text that a writer has made safe for one file language, and the errors writers raise."""

import re
from collections.abc import Callable
from typing import Self


class WriterError(ValueError):
    """A value that cannot be written in this place of this language."""


class Fragment(str):
    """Text that may stand in a file of `language` as it is; only writers make one."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, language: str) -> Self:
        self = super().__new__(cls, text)
        self.language = language
        return self


# What XML 1.0 cannot hold, escaped or not; https://www.w3.org/TR/xml/#charsets
_UNWRITABLE = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")

Writer = Callable[[object], Fragment]
"""Turns a value into a fragment of the writer's language, or raises WriterError."""


def require_text(value: object, *, place: str) -> str:
    """Return the value if it is text without control characters that no file format carries."""
    if not isinstance(value, str):
        raise WriterError(f"{place} takes text, not {type(value).__name__}")
    if found := _UNWRITABLE.search(value):
        raise WriterError(f"{place} cannot hold the character U+{ord(found[0]):04X}")
    return value
