"""What a model says it took from the prompt counts only if it stands there: so it can carry nothing else."""

import re
import unicodedata
from collections.abc import Iterable

from pcf_generator.models.offline.tokens import readable

MAX_QUOTE = 200
"""Characters."""
MAX_QUOTES = 20
_SHORTEST_IN_OTHER_LETTERS = 4
_NOT_IN_NAMES = re.compile(r"[\W_]+")


def quote(said: object, prompt: str) -> str:
    """A piece of the prompt; empty when it is none."""
    if not isinstance(said, str) or len(said) > MAX_QUOTE:
        return ""
    text = _spaced(said)
    return text if text and text.casefold() in _spaced(prompt).casefold() else ""


def quotes(said: object, prompt: str) -> tuple[str, ...]:
    """Those of many that are pieces of the prompt, each once."""
    found = (quote(each, prompt) for each in said) if isinstance(said, Iterable) else ()
    return tuple(dict.fromkeys(text for text in found if text))[:MAX_QUOTES]


def name(said: object, prompt: str) -> str:
    """A name that the prompt gives, though perhaps with spaces or in other cases; empty when it does not."""
    if exact := quote(said, prompt):
        return exact
    if not isinstance(said, str) or len(said) > MAX_QUOTE:
        return ""
    letters = _NOT_IN_NAMES.sub("", said).casefold()
    there = len(letters) >= _SHORTEST_IN_OTHER_LETTERS and letters in _NOT_IN_NAMES.sub("", prompt).casefold()
    return _spaced(said) if there else ""


def _spaced(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", readable(text)).split())
