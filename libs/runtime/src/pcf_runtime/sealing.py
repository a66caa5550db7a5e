"""Encrypts what leaves our own stores: AES-256-GCM under a key from a secret, each time with a fresh nonce.

    sealed = one version byte, 12 bytes of nonce, ciphertext with its tag

The context is not stored: it ties the sealed bytes to their place, so that one value cannot stand in for another.
"""

import base64
import os
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["BadSealingKeyError", "Sealer", "UnsealableError"]

_VERSION: Final = b"\x01"
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16


class BadSealingKeyError(ValueError):
    """A text that is no key; the message never repeats it."""


class UnsealableError(ValueError):
    """Bytes that this key did not seal in this context, or that somebody changed."""


class Sealer:
    """Seals and opens with one key."""

    def __init__(self, key: bytes) -> None:
        if len(key) != _KEY_BYTES:
            raise BadSealingKeyError(f"a sealing key has {_KEY_BYTES} bytes")
        self._cipher = AESGCM(key)

    @classmethod
    def parse(cls, text: str) -> "Sealer":
        """From base64 of 32 bytes, such as `openssl rand -base64 32` prints."""
        try:
            return cls(base64.b64decode(text.strip(), validate=True))
        except ValueError as error:  # of base64, or of a key of another length
            raise BadSealingKeyError(f"a sealing key is the base64 of {_KEY_BYTES} bytes") from error

    def seal(self, content: bytes, *, context: bytes) -> bytes:
        nonce = os.urandom(_NONCE_BYTES)
        return _VERSION + nonce + self._cipher.encrypt(nonce, content, _VERSION + context)

    def open(self, sealed: bytes, *, context: bytes) -> bytes:
        start = len(_VERSION) + _NONCE_BYTES
        if sealed[:1] != _VERSION or len(sealed) < start + _TAG_BYTES:
            raise UnsealableError("these bytes are not sealed")
        try:
            return self._cipher.decrypt(sealed[1:start], sealed[start:], _VERSION + context)
        except InvalidTag as error:
            raise UnsealableError("sealed under another key or for another place, or changed since") from error
