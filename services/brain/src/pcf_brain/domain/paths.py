"""Which names a file of a release may have: none that leads elsewhere, hides, or means something to a shell."""

import re

RULE = "a path holds only letters, digits, `.`, `_` and `-`, 300 characters at most"

_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(?:/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_LONGEST = 300


def is_path(text: str) -> bool:
    return len(text) <= _LONGEST and _PATH.fullmatch(text) is not None
