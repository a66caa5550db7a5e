"""A log in memory, whatever it hands out, and its key."""

import gzip
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from pcf_runtime import merkle, signed_note
from pcf_runtime.checkpoint import Checkpoint
from pcf_runtime.log_range import MARK_SIZE, Growth, RangeProof, sidecars


@dataclass
class Log:
    """So many entries; signs at any size it is asked to."""

    size: int = 300
    signer: signed_note.Signer = field(default_factory=lambda: signed_note.Signer.generate("log.example"))

    def __post_init__(self) -> None:
        self.contents = [self._content(index) for index in range(self.size)]
        self.leaves = [merkle.leaf_hash(content) for content in self.contents]

    @property
    def key(self) -> str:
        return self.signer.verifier.text

    def root(self, end: int, begin: int = 0) -> bytes:
        """RFC 6962, 2.1, word for word."""
        if end - begin <= 1:
            return self.leaves[begin] if end > begin else merkle.EMPTY_ROOT
        middle = begin + (1 << ((end - begin - 1).bit_length() - 1))
        return merkle.node_hash(self.root(middle, begin), self.root(end, middle))

    def note(self, size: int) -> str:
        return signed_note.sign(Checkpoint("log.example", size, self.root(size)).text, self.signer)

    def checkpoint(self, size: int) -> dict[str, Any]:
        return {"note": self.note(size), "tree_size": size, "root_hash": self.root(size).hex()}

    def frontier(self, size: int) -> tuple[bytes, ...]:
        return tuple(self._node(node) for node in merkle.range_nodes(0, size))

    def inclusion(self, index: int, size: int) -> dict[str, Any]:
        return {
            "kind": "inclusion",
            "index": index,
            "tree_size": size,
            "content": self.contents[index].decode(),
            "leaf_hash": self.leaves[index].hex(),
            "hashes": self._hashes(merkle.inclusion_nodes(index, size)),
            "checkpoint": self.checkpoint(size),
        }

    def consistency(self, first: int, second: int) -> dict[str, Any]:
        return {
            "kind": "consistency",
            "first_size": first,
            "second_size": second,
            "hashes": self._hashes(merkle.consistency_nodes(first, second)),
            "checkpoint": self.checkpoint(second),
        }

    def lines(self, first: int, end: int) -> bytes:
        return b"".join(content + b"\n" for content in self.contents[first:end])

    def export(self, path: Path, first: int, end: int, *, signed: int = 0, packed: bool = False) -> Path:
        """A file with what belongs beside it; `signed` is a larger tree to hold it against."""
        data = self.lines(first, end)
        path.write_bytes(gzip.compress(data, mtime=0) if packed else data)
        beside = sidecars(str(path))
        marks = b"".join(leaf[:MARK_SIZE] for leaf in self.leaves[first:end])
        growth = Growth(signed, tuple(map(bytes.fromhex, self.consistency(end, signed)["hashes"]))) if signed else None
        Path(beside.proof).write_text(RangeProof(first, end, self.frontier(first), marks, growth).text)
        Path(beside.checkpoint).write_text(self.note(signed or end))
        return path

    def _content(self, index: int) -> bytes:
        entry = {"actor": "größe", "event_id": f"{index:026d}", "index": index, "type": "build.created"}
        return json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()

    def _hashes(self, ranges: list[list[merkle.Node]]) -> list[str]:
        return [merkle.fold([self._node(node) for node in nodes]).hex() for nodes in ranges]

    def _node(self, node: merkle.Node) -> bytes:
        level, place = node
        return self.root((place + 1) << level, place << level)


@pytest.fixture(scope="session")
def log() -> Log:
    return Log()
