"""The last line of defence for secrets in log lines: known values and the shapes of credentials become `[redacted]`.

It is no reason to log a secret. It is for texts of others: messages of exceptions, stacks, libraries' own lines.
"""

import json
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote, urlsplit

__all__ = ["REDACTED", "Redactor"]

REDACTED: Final = "[redacted]"
_SHORTEST: Final = 6
"""Shorter secrets would make holes into words."""
_REST: Final = r"[^\s\"\\'<>]{6,}"
"""Up to where a word ends, in JSON too."""
_SHAPES: Final = (
    r"\bpcfb_[0-9A-Za-z_]+",  # keys of ours
    r"(?<=Bearer )" + _REST,
    r"(?<=bearer )" + _REST,
    r"(?<=Basic )[0-9A-Za-z+/=_-]{8,}",
    r"\bsk-[0-9A-Za-z_-]{12,}",  # of OpenAI, Anthropic
    r"\beyJ[\w-]+\.[\w-]+\.[\w-]*",  # tokens
    r"(?<=://)[^\s\"\\/@]*:[^\s\"\\@]+(?=@)",  # user and password of a URL
    r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    r"(?<=X-Amz-Signature=)\w+",
    r"(?<=X-Amz-Security-Token=)[\w%.-]+",
    r"(?:(?<=assword=)|(?<=ecret_access_key=)|(?<=pi_key=)|(?<=pi-key: ))" + _REST,
    r"PRIVATE\+KEY\+[\w.+/=-]+",  # signed notes
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)",
)

_HINTS: Final = (
    *("pcfb_", "earer ", "Basic ", "sk-", "eyJ", "://", "AKIA", "ASIA", "X-Amz-S", "PRIVATE"),
    *("assword=", "ecret_access_key=", "pi_key=", "pi-key: "),
)
"""Each shape has one of them; to look for these is forty times as fast."""


class Redactor:
    """Knows some secrets, and how others look."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        known = {form for secret in secrets for form in _forms(secret) if len(form) >= _SHORTEST}
        # Longest first: a secret may be the beginning of another.
        values = [re.escape(form) for form in sorted(known, key=len, reverse=True)]
        self._hints = (*known, *_HINTS)
        self._pattern = re.compile("|".join([*values, *_SHAPES]), re.DOTALL)

    def redact(self, text: str) -> str:
        """The text without them. A line of JSON stays one."""
        if not any(map(text.__contains__, self._hints)):
            return text
        return self._pattern.sub(REDACTED, text)


def _forms(secret: str) -> Iterable[str]:
    """How a secret may look in a line: as it is, as JSON or Python writes it, and the password if it is a URL."""
    for text in (secret, *_passwords(secret)):
        for form in (text, unquote(text)):
            yield form
            yield json.dumps(form)[1:-1]
            yield json.dumps(form, ensure_ascii=False)[1:-1]
            yield json.dumps(repr(form)[1:-1])[1:-1]


def _passwords(secret: str) -> Iterable[str]:
    try:
        parts = urlsplit(secret)
    except ValueError:
        return
    if parts.scheme and "@" in parts.netloc:
        yield parts.netloc.rpartition("@")[0].partition(":")[2]
