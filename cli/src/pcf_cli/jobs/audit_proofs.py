"""Fetches what the audit log signed, and proofs of single events, to be kept."""

import json
import sys
from pathlib import Path
from typing import Any

from pcf_runtime.log_range import hashes_from
from pcf_runtime.merkle import leaf_hash, verify_inclusion

from pcf_cli.client import connect
from pcf_cli.exits import Refused
from pcf_cli.log_file import write_texts
from pcf_cli.output import show_json, show_text

__all__ = ["checkpoint", "prove"]


async def checkpoint(url: str, path: Path | None, *, size: int | None, as_json: bool) -> None:
    """The signed note, as it is."""
    async with connect(url) as api:
        found = await api.checkpoint(size=size)
    if path:
        write_texts({path: found["note"]})
    if as_json:
        show_json(found)
    elif path:
        show_text(f"Saved the checkpoint of {found['tree_size']:,} entries in {path}.")
    else:
        _write(found["note"])


async def prove(url: str, event: str, path: Path | None, *, size: int | None) -> None:
    """The proof as the server gives it, once its hashes lead to the root that comes with it."""
    asked = {"index" if event.isdecimal() else "event_id": event}
    async with connect(url) as api:
        proof = await api.inclusion_proof(asked, size=size)
    _check(proof)
    text = json.dumps(proof, indent=2, ensure_ascii=False) + "\n"
    if path is None:
        _write(text)
        return
    write_texts({path: text})
    show_text(f"Saved the proof that entry {proof['index']:,} is in the tree of {proof['tree_size']:,} in {path}.")


def _check(proof: Any) -> None:
    try:
        leaf = leaf_hash(proof["content"].encode())
        root, *hashes = hashes_from([proof["checkpoint"]["root_hash"], *proof["hashes"]])
        holds = verify_inclusion(leaf, proof["index"], proof["tree_size"], hashes, root)
    except (AttributeError, KeyError, TypeError):
        holds = False
    if not holds:
        raise Refused("The server's proof does not hold; nothing was saved.")


def _write(text: str) -> None:
    """Byte for byte: what is signed must not suffer from a terminal's encoding."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()
