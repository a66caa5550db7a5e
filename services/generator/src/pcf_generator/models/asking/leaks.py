"""Texts that a model made up must not carry its instructions into a control."""

import re
from functools import lru_cache

SHARED_RUN = 12
"""So many letters and digits in a row are no coincidence, whatever stands between them."""
_SHORTEST_MARK = 6
_BETWEEN = re.compile(r"[\W_]+")
_WORD = re.compile(r"[^\s\"'“”(){}\[\],;:]+")


def leaks(text: str, *, instructions: str, prompt: str) -> bool:
    """Whether a text repeats instructions: a run of them, or a mark such as a key, that the prompt does not hold."""
    theirs, makers = _letters(instructions), _letters(prompt)
    mine = _letters(text)
    runs = {mine[at : at + SHARED_RUN] for at in range(len(mine) - SHARED_RUN + 1)}
    if any(run in theirs and run not in makers for run in runs):
        return True
    marks = {_letters(word) for word in _WORD.findall(text) if _is_mark(word)}
    return any(mark in theirs and mark not in makers for mark in marks)


@lru_cache(maxsize=64)
def _letters(text: str) -> str:
    return _BETWEEN.sub("", text).casefold()


def _is_mark(word: str) -> bool:
    letters = [character for character in word if character.isalnum()]
    mixed = any(c.isdigit() for c in letters) and any(c.isalpha() for c in letters)
    return (mixed or word.isupper()) and len(letters) >= _SHORTEST_MARK
