"""Grows the tree on, line by line, and compares its root wherever something signed says what it must be."""

import json
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pcf_runtime.log_range import MARK_SIZE, RangeProof
from pcf_runtime.merkle import Frontier, leaf_hash, verify_consistency

from pcf_cli.offline.evidence import BrokenEvidenceError, SignedTree
from pcf_cli.offline.lines import Line

__all__ = ["Part", "Walk"]


@dataclass(frozen=True, slots=True)
class Part:
    """A file of the export, and what lies beside it; no proof when there is none."""

    path: Path
    proof: RangeProof | None = None


@dataclass(frozen=True, slots=True)
class _Begun:
    part: Part
    first: int


class Walk:
    """Follows the parts in order. Raises BrokenEvidenceError at the first thing that does not hold."""

    def __init__(self, *, first: int, prefix: Sequence[bytes], signed: Sequence[SignedTree]) -> None:
        self._tree = Frontier(first, prefix)
        self._first = first
        self._signed = sorted(signed, key=lambda each: each.size)
        self._next = -1
        self._begun: list[_Begun] = []
        self._marks = bytearray()
        self._other_prefix = False

    @property
    def index(self) -> int:
        """Of the entry that comes next."""
        return self._tree.size

    @property
    def root(self) -> bytes:
        return self._tree.root()

    def begin(self, part: Part) -> None:
        proof = part.proof
        if proof and proof.first != self.index:
            raise BrokenEvidenceError(
                f"{part.path} begins with entry {proof.first:,}, and entry {self.index:,} would have to come"
            )
        if proof and proof.prefix != self._tree.hashes:
            self._other_prefix = True  # to blame only if all the rest holds
        self._begun.append(_Begun(part, self.index))
        self._compare()

    def follow(self, line: Line) -> None:
        index = _index(line)
        if index != self.index:
            raise BrokenEvidenceError(
                f"{line.place} holds entry {index:,}, and entry {self.index:,} would have to come: {self._why(index)}"
            )
        leaf = leaf_hash(line.content)
        self._marks += leaf[:MARK_SIZE]
        self._tree.append(leaf)
        if self.index == self._next:
            self._compare()

    def end(self, part: Part) -> None:
        proof = part.proof
        if proof and proof.end != self.index:
            raise BrokenEvidenceError(
                f"{part.path} ends before entry {self.index:,}, and its proof file says before {proof.end:,}"
            )

    def arrive(self) -> None:
        """At the end of the last part: whatever is signed and still open must hold too."""
        last = self._begun[-1].part.proof
        growth = last.growth if last else None
        for signed in self._signed:
            if growth and signed.size == growth.tree_size:
                if not verify_consistency(self.index, self.root, signed.size, signed.root, growth.hashes):
                    raise self._broken(signed)
            elif signed.size > self.index:
                raise BrokenEvidenceError(
                    f"{signed.source}: the checkpoint is of {signed.size:,} entries and the files end before entry "
                    f"{self.index:,}: entries are missing"
                )
        covered = self._signed[-1].size
        if covered < self.index:
            raise BrokenEvidenceError(f"nothing that is signed covers the entries from {covered:,} on")
        if self._other_prefix or self._changed():
            raise BrokenEvidenceError("every entry holds, but a proof file does not fit them: it was changed")

    def _why(self, index: int) -> str:
        if index < self.index:
            return "it stands here a second time, or out of order"
        if self.index == 0 and not self._begun[0].part.proof:
            return "entries are missing, or the proof file that was exported with it, --proof"
        return "entries are missing"

    def _compare(self) -> None:
        for signed in self._signed:
            if signed.size == self.index and signed.root != self.root:
                raise self._broken(signed)
        self._next = next((each.size for each in self._signed if each.size > self.index), -1)

    def _broken(self, signed: SignedTree) -> BrokenEvidenceError:
        """Says which lines are to blame, as far as their marks tell."""
        changed = self._changed()
        if changed:
            more = f" (and {len(changed) - 1:,} more)" if len(changed) > 1 else ""
            return BrokenEvidenceError(f"{self._place(changed[0])} was changed{more}: the root is not the signed one")
        blamed = "one of them was changed"
        if all(begun.part.proof for begun in self._begun):
            blamed = "no line is to blame, so the hashes before the first one or what is signed are of another log"
        before = [each.size for each in self._signed if each.size < self.index and each.size >= self._first]
        span = f"the entries from {max(before, default=self._first):,} to {self.index - 1:,}"
        return BrokenEvidenceError(f"{signed.source}: {span} do not lead to the signed root: {blamed}")

    def _changed(self) -> list[int]:
        """The indices whose lines do not fit the marks in the proof files."""
        found: list[int] = []
        for begun in self._begun:
            marks = begun.part.proof.marks if begun.part.proof else b""
            ours = self._marks[(begun.first - self._first) * MARK_SIZE :]
            places = range(0, min(len(marks), len(ours)), MARK_SIZE)
            other = (at for at in places if marks[at : at + MARK_SIZE] != ours[at : at + MARK_SIZE])
            found += (begun.first + at // MARK_SIZE for at in other)
        return found

    def _place(self, index: int) -> str:
        begun = self._begun[bisect_right([each.first for each in self._begun], index) - 1]
        return f"{begun.part.path}, line {index - begun.first + 1}"


def _index(line: Line) -> int:
    try:
        entry = json.loads(line.content)
    except (ValueError, RecursionError) as error:
        raise BrokenEvidenceError(f"{line.place} was changed: it is not JSON") from error
    index = entry.get("index") if isinstance(entry, dict) else None
    if type(index) is not int:
        raise BrokenEvidenceError(f"{line.place} was changed: it is no entry of a log")
    return index
