"""Texts with Ed25519 signatures below them: the C2SP signed note, https://c2sp.org/signed-note.

    text, one or more lines
                                             <- an empty line
    — example.org/log Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=

Keys are written as Go's sumdb/note writes them: `name+hash+base64` for the one that verifies, with `PRIVATE+KEY+`
in front for the one that signs. The hash ties the name to the key.
"""

import base64
import binascii
import hashlib
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

__all__ = ["BadKeyError", "BadNoteError", "Signer", "Verifier", "open_note", "sign"]

_ED25519: Final = b"\x01"
_PRIVATE: Final = "PRIVATE+KEY+"
_DASH: Final = "\N{EM DASH} "
_KEY_BYTES: Final = 32
_ID_BYTES: Final = 4
_MOST_SIGNATURES: Final = 100


class BadKeyError(ValueError):
    """A text that is no key; the message never repeats it."""


class BadNoteError(ValueError):
    """A note that is malformed, or that no known key has signed."""


@dataclass(frozen=True, slots=True)
class Verifier:
    """The public half of a key, under a name."""

    name: str
    key: bytes

    @classmethod
    def parse(cls, text: str) -> "Verifier":
        name, hashed, key = _split(text.strip())
        verifier = cls(name, key)
        if hashed != verifier.id.hex():
            raise BadKeyError("the key's hash does not fit its name and key; was it copied whole?")
        return verifier

    @property
    def id(self) -> bytes:
        """The four bytes that stand before each signature."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.key).digest()[:_ID_BYTES]

    @property
    def text(self) -> str:
        return _join(self.name, self.id, self.key)

    def accepts(self, signature: bytes, text: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Signer:
    """The private half of a key, under a name. Its text is a secret."""

    name: str
    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, name: str) -> "Signer":
        _check_name(name)
        return cls(name, Ed25519PrivateKey.generate().private_bytes_raw())

    @classmethod
    def parse(cls, text: str) -> "Signer":
        text = text.strip()
        if not text.startswith(_PRIVATE):
            raise BadKeyError(f"a signing key begins with {_PRIVATE}")
        name, hashed, seed = _split(text.removeprefix(_PRIVATE))
        signer = cls(name, seed)
        if hashed != signer.verifier.id.hex():
            raise BadKeyError("the key's hash does not fit its name and key; was it copied whole?")
        return signer

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.name, Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw())

    @property
    def text(self) -> str:
        return _PRIVATE + _join(self.name, self.verifier.id, self.seed)

    def sign(self, text: bytes) -> bytes:
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(text)


def sign(text: str, *signers: Signer) -> str:
    """The note: the text, which must end with a newline, and a signature line for each signer."""
    if not text.endswith("\n") or not _is_plain(text):
        raise BadNoteError("a note's text ends with a newline and holds no control characters")
    lines = (_line(signer.verifier, signer.sign(text.encode())) for signer in signers)
    return f"{text}\n{''.join(lines)}"


def open_note(note: str, *verifiers: Verifier) -> str:
    """The text, if one of the verifiers has signed it. A wrong signature under a known key spoils the note."""
    head, separator, tail = note.rpartition("\n\n")
    text = f"{head}\n"
    if not separator or not tail.endswith("\n") or not _is_plain(note):
        raise BadNoteError("the note is malformed: an empty line and signatures must follow its text")
    lines = tail.splitlines()
    if len(lines) > _MOST_SIGNATURES:
        raise BadNoteError("the note has too many signatures")
    known = {(verifier.name, verifier.id): verifier for verifier in verifiers}
    signed = False
    for line in lines:
        name, key_id, signature = _parsed(line)
        verifier = known.get((name, key_id))
        if verifier is None:
            continue
        if not verifier.accepts(signature, text.encode()):
            raise BadNoteError(f"the signature of {name} does not fit the text")
        signed = True
    if not signed:
        raise BadNoteError("no key that is trusted here has signed the note")
    return text


def _line(verifier: Verifier, signature: bytes) -> str:
    return f"{_DASH}{verifier.name} {base64.b64encode(verifier.id + signature).decode()}\n"


def _parsed(line: str) -> tuple[str, bytes, bytes]:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    try:
        raw = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise BadNoteError("a signature line is not base64") from error
    # Decoders drop bits that do not belong to a byte: only the one way to write a signature is taken.
    plain = base64.b64encode(raw).decode() == encoded
    if not line.startswith(_DASH) or not name or len(raw) <= _ID_BYTES or not plain:
        raise BadNoteError("a signature line is malformed")
    return name, raw[:_ID_BYTES], raw[_ID_BYTES:]


def _join(name: str, key_id: bytes, key: bytes) -> str:
    return f"{name}+{key_id.hex()}+{base64.b64encode(_ED25519 + key).decode()}"


def _split(text: str) -> tuple[str, str, bytes]:
    name, _, rest = text.partition("+")
    hashed, _, encoded = rest.partition("+")
    _check_name(name)
    try:
        raw = base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise BadKeyError("a key is written as name+hash+base64") from error
    if raw[:1] != _ED25519 or len(raw) != 1 + _KEY_BYTES:
        raise BadKeyError("the key is not an Ed25519 key of 32 bytes")
    return name, hashed, raw[1:]


def _check_name(name: str) -> None:
    if not name or "+" in name or any(character.isspace() for character in name):
        raise BadKeyError("a key's name is not empty and holds neither blanks nor +")


def _is_plain(text: str) -> bool:
    return all(character == "\n" or ord(character) >= ord(" ") for character in text)
