"""Verifies one inclusion or consistency proof, as the server gives it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pcf_runtime.log_range import hashes_from
from pcf_runtime.merkle import leaf_hash, verify_consistency, verify_inclusion
from pcf_runtime.signed_note import Verifier

from pcf_cli.exits import WrongUsage
from pcf_cli.offline.evidence import BrokenEvidenceError, SignedTree, read_file, read_proof, signed_tree

__all__ = ["Proved", "verify_proof"]


@dataclass(frozen=True, slots=True)
class Proved:
    """What a proof shows, in a sentence, and the trees it is about."""

    kind: str
    sentence: str
    signed: Sequence[SignedTree]


def verify_proof(path: Path, *, checkpoints: Sequence[Path], key: Verifier) -> Proved:
    """BrokenEvidenceError when it proves nothing. `checkpoints` take part where their size is that of a tree."""
    proof = read_proof(path)
    given = [signed_tree(read_file(each), key, source=str(each)) for each in checkpoints]
    try:
        match proof.get("kind"):
            case "inclusion":
                return _inclusion(proof, path, given, key)
            case "consistency":
                return _consistency(proof, path, given, key)
            case "range":
                raise WrongUsage(f"{path} belongs to a file of the log: name that with --file.")
            case other:
                raise BrokenEvidenceError(f"{path}: the proof is damaged: there is no kind {str(other)[:40]!r}")
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise BrokenEvidenceError(
            f"{path}: the proof is damaged: a member is missing or not what it should be"
        ) from error


def _inclusion(proof: dict[str, Any], path: Path, given: Sequence[SignedTree], key: Verifier) -> Proved:
    index, size = _count(proof["index"]), _count(proof["tree_size"])
    tree = _tree(proof["checkpoint"], size, path, given, key)
    content = proof["content"].encode()
    leaf = leaf_hash(content)
    if not verify_inclusion(leaf, index, size, hashes_from(proof["hashes"]), tree.root):
        raise BrokenEvidenceError(f"{path}: the hashes do not lead from this content to the signed root")
    # What is not under the signed root must at least say the same: somebody will read it.
    entry = json.loads(content)
    if leaf.hex() != proof["leaf_hash"] or entry["index"] != index:
        raise BrokenEvidenceError(f"{path}: its leaf hash or index is not that of the content")
    sentence = f"Event {entry['event_id']} is entry {index:,} of the log, in the tree of {size:,} entries."
    return Proved("inclusion", sentence, [tree])


def _consistency(proof: dict[str, Any], path: Path, given: Sequence[SignedTree], key: Verifier) -> Proved:
    first, second = _count(proof["first_size"]), _count(proof["second_size"])
    later = _tree(proof["checkpoint"], second, path, given, key)
    earlier = next((each for each in given if each.size == first), None)
    if earlier is None:
        raise WrongUsage(
            f"The proof goes from the tree of {first:,} entries to that of {second:,}.",
            "  What to do: give the checkpoint of the earlier one that was kept, with --checkpoint.",
        )
    if not verify_consistency(first, earlier.root, second, later.root, hashes_from(proof["hashes"])):
        raise BrokenEvidenceError(f"{path}: the tree of {second:,} entries does not go on that of {first:,}")
    return Proved("consistency", f"The log only grew from {first:,} to {second:,} entries.", [earlier, later])


def _tree(
    checkpoint: dict[str, Any] | None, size: int, path: Path, given: Sequence[SignedTree], key: Verifier
) -> SignedTree:
    """The signed tree of this size: the proof's own, which must agree with the one that was given."""
    kept = next((each for each in given if each.size == size), None)
    own = signed_tree(checkpoint["note"], key, source=str(path)) if checkpoint is not None else kept
    if own is None:
        raise WrongUsage(f"{path} holds no checkpoint of {size:,} entries: give one with --checkpoint.")
    if own.size != size:
        raise BrokenEvidenceError(f"{path}: its checkpoint is of {own.size:,} entries, the proof of {size:,}")
    if kept and kept.root != own.root:
        raise BrokenEvidenceError(
            f"{path}: the log signed two trees of {size:,} entries: {kept.source} has another root"
        )
    return own


def _count(value: Any) -> int:
    if type(value) is not int:
        raise TypeError("not a number of entries")
    return value
