"""Verifies what the audit log handed out, without it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pcf_cli.exits import Exit
from pcf_cli.offline.counting import counting
from pcf_cli.offline.evidence import BrokenEvidenceError, SignedTree, read_key
from pcf_cli.offline.files import verify_files
from pcf_cli.offline.proofs import verify_proof
from pcf_cli.output import facts, show_json, show_text

__all__ = ["verify_export", "verify_single"]


async def verify_export(
    files: Sequence[Path], *, checkpoints: Sequence[Path], proof: Path | None, key: str, as_json: bool
) -> Exit:
    """Whether the lines of the files lead to what is signed."""
    verifier = read_key(key)
    try:
        with counting("verified", quiet=as_json) as counted:
            held = await verify_files(files, checkpoints=checkpoints, proof=proof, key=verifier, counted=counted)
    except BrokenEvidenceError as broken:
        return _broken("THE EXPORT IS BROKEN.", broken, as_json=as_json)
    if as_json:
        root = held.root.hex()
        show_json(_holds(held.signed) | {"first_index": held.first, "end_index": held.end, "root_hash": root})
        return Exit.DONE
    show_text("The export holds.")
    facts([("Entries", f"{held.first:,} to {held.end - 1:,}"), ("Root", held.root.hex()), *_named(held.signed)])
    return Exit.DONE


async def verify_single(proof: Path, *, checkpoints: Sequence[Path], key: str, as_json: bool) -> Exit:
    """Whether one inclusion or consistency proof holds."""
    verifier = read_key(key)
    try:
        proved = verify_proof(proof, checkpoints=checkpoints, key=verifier)
    except BrokenEvidenceError as broken:
        return _broken("THE PROOF DOES NOT HOLD.", broken, as_json=as_json)
    if as_json:
        show_json(_holds(proved.signed) | {"kind": proved.kind})
        return Exit.DONE
    show_text("The proof holds.")
    show_text(proved.sentence)
    facts(_named(proved.signed))
    return Exit.DONE


def _holds(signed: Sequence[SignedTree]) -> dict[str, Any]:
    trees = [{"source": each.source, "tree_size": each.size, "root_hash": each.root.hex()} for each in signed]
    return {"valid": True, "fault": None, "checkpoints": trees}


def _broken(headline: str, broken: BrokenEvidenceError, *, as_json: bool) -> Exit:
    if as_json:
        show_json({"valid": False, "fault": str(broken)})
    else:
        show_text(headline)
        show_text(f"{broken}.")
    return Exit.REFUSED


def _named(signed: Sequence[SignedTree]) -> list[tuple[str, object]]:
    return [("Signed", f"{each.size:,} entries, {each.source}") for each in signed]
