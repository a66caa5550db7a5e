"""Verifies files of a log's entries, one after the other, against checkpoints."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pcf_runtime.log_range import sidecars
from pcf_runtime.signed_note import Verifier

from pcf_cli.exits import WrongUsage
from pcf_cli.offline.counting import Counted
from pcf_cli.offline.evidence import SignedTree, read_file, read_range_proof, signed_tree
from pcf_cli.offline.lines import lines
from pcf_cli.offline.walk import Part, Walk

__all__ = ["Held", "verify_files"]

_BREATH: Final = 2_000
"""Lines between two looks for Ctrl-C: some milliseconds."""


@dataclass(frozen=True, slots=True)
class Held:
    """What was found to hold."""

    first: int
    end: int
    root: bytes
    signed: Sequence[SignedTree]


async def verify_files(
    files: Sequence[Path], *, checkpoints: Sequence[Path], proof: Path | None, key: Verifier, counted: Counted
) -> Held:
    """Every line leads to every signed root; BrokenEvidenceError says what does not.

    Beside each file its checkpoint and proof are looked for. `checkpoints` are held against the lines too, and
    `proof` is that of the first file if it lies elsewhere.
    """
    parts = [_part(file, proof if file is files[0] else None) for file in files]
    signed = _signed(files, checkpoints, key)
    begun = parts[0].proof
    first = begun.first if begun else 0
    _check_sizes(signed, first=first)
    walk = Walk(first=first, prefix=begun.prefix if begun else (), signed=signed)
    for part in parts:
        walk.begin(part)
        await _follow(part, walk, counted)
        walk.end(part)
    walk.arrive()
    return Held(first, walk.index, walk.root, signed)


async def _follow(part: Part, walk: Walk, counted: Counted) -> None:
    followed = 0
    for line in lines(part.path):
        walk.follow(line)
        followed += 1
        if followed % _BREATH == 0:
            counted(_BREATH)
            await asyncio.sleep(0)
    counted(followed % _BREATH)


def _part(file: Path, proof: Path | None) -> Part:
    beside = Path(sidecars(str(file)).proof)
    path = proof or (beside if beside.is_file() else None)
    return Part(file, read_range_proof(path) if path else None)


def _signed(files: Sequence[Path], checkpoints: Sequence[Path], key: Verifier) -> list[SignedTree]:
    beside = [Path(sidecars(str(file)).checkpoint) for file in files]
    named = [*checkpoints, *(path for path in beside if path.is_file() and path not in checkpoints)]
    if not named:
        raise WrongUsage(f"There is no checkpoint: {beside[-1]} is not there, and none is given with --checkpoint.")
    return [signed_tree(read_file(path), key, source=str(path)) for path in named]


def _check_sizes(signed: Sequence[SignedTree], *, first: int) -> None:
    for each in signed:
        if each.size < first:
            raise WrongUsage(
                f"{each.source} is of {each.size:,} entries, and the files begin with entry {first:,}.",
                "  What to do: give the files before too, or leave that checkpoint out.",
            )
