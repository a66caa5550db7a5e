"""The form of an API key, `pcfb_<id>_<secret><checksum>`, and what is kept of it.

The prefix lets secret scanners find a key that was published; the checksum (CRC-32) tells typing errors and made-up
keys without a look into the database. The secret has 256 bits of randomness, so a fast hash of it cannot be guessed
backwards; the pepper makes a stolen table useless even to whoever has a stolen list of keys.
"""

import hashlib
import hmac
import re
import secrets
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

__all__ = ["PREFIX", "ApiKey", "digest", "fits", "id_in", "new_secret", "parse"]

PREFIX: Final = "pcfb_"
_DIGITS: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_ID_LENGTH: Final = 26
_SECRET_BYTES: Final = 32
_SECRET_LENGTH: Final = 43
_CHECKSUM_LENGTH: Final = 6
_KEY: Final = re.compile(r"pcfb_([0-9A-HJKMNP-TV-Z]{26})_([0-9A-Za-z]{43})([0-9A-Za-z]{6})")


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as its owner has it; shown once and never kept."""

    key_id: str
    secret: str

    @property
    def text(self) -> str:
        body = f"{PREFIX}{self.key_id}_{self.secret}"
        return body + _checksum(body)

    def __repr__(self) -> str:
        return f"ApiKey({self.key_id})"


def new_secret() -> str:
    return _in_digits(int.from_bytes(secrets.token_bytes(_SECRET_BYTES)), _SECRET_LENGTH)


def parse(text: str) -> ApiKey | None:
    """The key, if it has the form of one; whether it is one only the stored hash tells."""
    found = _KEY.fullmatch(text)
    if found is None:
        return None
    key = ApiKey(found[1], found[2])
    return key if key.text == text else None


def id_in(text: str) -> str:
    """Where the id of a key stands, whatever the text is."""
    return text[len(PREFIX) : len(PREFIX) + _ID_LENGTH]


def digest(key: ApiKey, pepper: bytes) -> bytes:
    """What is stored: 32 bytes, HMAC-SHA-256."""
    return hmac.digest(pepper, f"{key.key_id}_{key.secret}".encode(), hashlib.sha256)


def fits(key: ApiKey, stored: bytes, peppers: Sequence[bytes]) -> bool:
    """Whether the hash is this key's, under one of the peppers; takes as long for every answer."""
    found = False
    for pepper in peppers:
        found |= hmac.compare_digest(digest(key, pepper), stored)
    return found


def _checksum(body: str) -> str:
    return _in_digits(zlib.crc32(body.encode()), _CHECKSUM_LENGTH)


def _in_digits(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, digit = divmod(number, len(_DIGITS))
        digits.append(_DIGITS[digit])
    return "".join(reversed(digits))
