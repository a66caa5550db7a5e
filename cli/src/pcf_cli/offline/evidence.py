"""Reads keys, checkpoints and proofs that a person names. Nothing in them is believed before it is checked."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pcf_runtime.checkpoint import BadCheckpointError, Checkpoint
from pcf_runtime.log_range import BadRangeProofError, RangeProof
from pcf_runtime.signed_note import BadKeyError, BadNoteError, Verifier, open_note

from pcf_cli.exits import WrongUsage

__all__ = [
    "BrokenEvidenceError",
    "SignedTree",
    "read_file",
    "read_key",
    "read_proof",
    "read_range_proof",
    "signed_tree",
]

_LARGEST: Final = 512 * 1024 * 1024
"""The proof of a hundred million entries; whatever is larger is something else."""


class BrokenEvidenceError(Exception):
    """What was handed out does not hold; the message says what and how."""


@dataclass(frozen=True, slots=True)
class SignedTree:
    """A checkpoint whose signature is good, and where it came from."""

    source: str
    size: int
    root: bytes


def read_key(text: str) -> Verifier:
    """The key as it is typed, or as it stands in the file of that name."""
    path = Path(text)
    try:
        return Verifier.parse(read_file(path).decode() if "+" not in text or path.is_file() else text)
    except (BadKeyError, UnicodeDecodeError) as error:
        raise WrongUsage(
            f"--key is no verifier key: {error}.",
            "  What to do: give the text name+hash+base64 that the log's operator publishes, or a file that holds it.",
        ) from error


def read_file(path: Path) -> bytes:
    """A small file, whole."""
    try:
        if path.stat().st_size > _LARGEST:
            raise WrongUsage(f"{path} is too large to be a checkpoint or a proof.")
        return path.read_bytes()
    except OSError as error:
        raise WrongUsage(f"{path} cannot be read: {error.strerror or error}.") from error


def signed_tree(note: str | bytes, key: Verifier, *, source: str) -> SignedTree:
    """What a checkpoint says, once its signature is good; BrokenEvidenceError."""
    try:
        text = open_note(note if isinstance(note, str) else note.decode(), key)
        checkpoint = Checkpoint.parse(text)
    except (BadNoteError, BadCheckpointError, UnicodeDecodeError) as error:
        raise BrokenEvidenceError(f"{source}: the checkpoint does not hold: {error}") from error
    if checkpoint.origin != key.name:
        raise BrokenEvidenceError(f"{source}: the checkpoint is of the log {checkpoint.origin}, the key of {key.name}")
    return SignedTree(source, checkpoint.size, checkpoint.root)


def read_range_proof(path: Path) -> RangeProof:
    """The proof beside a log file; BrokenEvidenceError."""
    try:
        return RangeProof.parse(read_file(path))
    except BadRangeProofError as error:
        raise BrokenEvidenceError(f"{path}: the proof file is damaged: {error}") from error


def read_proof(path: Path) -> dict[str, Any]:
    """An inclusion or consistency proof as the server gives it; BrokenEvidenceError."""
    try:
        proof = json.loads(read_file(path))
    except (ValueError, RecursionError) as error:
        raise BrokenEvidenceError(f"{path}: the proof is damaged: it is not JSON") from error
    if not isinstance(proof, dict):
        raise BrokenEvidenceError(f"{path}: the proof is damaged: it is no JSON object")
    return proof
