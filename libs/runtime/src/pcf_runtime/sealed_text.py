"""Encrypts texts inside our own databases: AES-256-SIV (RFC 5297), the same text in the same place always alike.

That is on purpose: stores tell by equality whether a value is there already. Who reads a database learns which texts in
one place are equal, and how long they are, and nothing else.
"""

import base64
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from pcf_runtime.sealing import BadSealingKeyError, UnsealableError

__all__ = ["BadSealingKeyError", "TextSealer", "UnsealableError"]

_MARK: Final = "sealed:1:"
_KEY_BYTES: Final = 32
_SIV_BYTES: Final = 64
_UNSEALABLE: Final = "sealed under another key or for another place, or changed since"


class TextSealer:
    """Seals texts with one key, and opens what it or another of the `old` sealed."""

    def __init__(self, key: bytes, *old: bytes) -> None:
        self._ciphers = [_cipher(each) for each in (key, *old)]

    @classmethod
    def parse(cls, text: str, *old: str) -> "TextSealer":
        """From base64 of 32 bytes, such as `openssl rand -base64 32` prints; BadSealingKeyError."""
        try:
            return cls(*(base64.b64decode(each.strip(), validate=True) for each in (text, *old)))
        except ValueError as error:  # of base64, or of a key of another length
            raise BadSealingKeyError(f"a sealing key is the base64 of {_KEY_BYTES} bytes") from error

    def seal(self, text: str, *, context: str) -> str:
        """The text sealed for its place, `context`; an empty text stays empty."""
        if not text:
            return text
        sealed = self._ciphers[0].encrypt(text.encode("utf-8", "surrogatepass"), [context.encode()])
        return _MARK + base64.b64encode(sealed).decode()

    def open(self, text: str, *, context: str) -> str:
        """What was sealed for this place; a text that never was is given back. UnsealableError."""
        if not text.startswith(_MARK):
            return text
        try:
            sealed = base64.b64decode(text.removeprefix(_MARK), validate=True)
        except ValueError as error:
            raise UnsealableError(_UNSEALABLE) from error
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(sealed, [context.encode()]).decode("utf-8", "surrogatepass")
            except (InvalidTag, ValueError):
                continue
        raise UnsealableError(_UNSEALABLE)


def _cipher(key: bytes) -> AESSIV:
    if len(key) != _KEY_BYTES:
        raise BadSealingKeyError(f"a sealing key has {_KEY_BYTES} bytes")
    return AESSIV(HKDF(algorithm=SHA256(), length=_SIV_BYTES, salt=None, info=b"pcf sealed text 1").derive(key))
