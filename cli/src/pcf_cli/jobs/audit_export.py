"""Saves part of the audit log in a file, over as many connections as that takes, and what it takes to verify it."""

import asyncio
import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pcf_runtime.log_range import Growth, hashes_from, sidecars
from pcf_runtime.merkle import HASH_SIZE, verify_consistency

from pcf_cli.client import Api, LogStream, connect
from pcf_cli.exits import Refused, Unreachable, WrongUsage
from pcf_cli.following import Pause
from pcf_cli.log_file import LogFile, open_log_file, write_texts
from pcf_cli.offline.counting import Counted, counting
from pcf_cli.output import facts, show_json, show_text
from pcf_cli.resources import Checkpoint

__all__ = ["export"]

_PATIENCE: Final = 10
_PAUSE_S: Final = 1.0
_NO_CHECKPOINT: Final = "NO_CHECKPOINT"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What to fetch, and which signed tree it is to be held against."""

    first: int
    end: int
    checkpoint: Checkpoint
    growth: Growth | None


async def export(
    url: str, path: Path, *, first: int, end: int | None, as_json: bool, pause: Pause = asyncio.sleep
) -> None:
    """Entries from `first` to before `end`, with a proof file and a checkpoint beside them."""
    async with connect(url) as api:
        wanted = await _wanted(api, first=first, end=end)
        with open_log_file(path, first=first, prefix=await _prefix(api, first)) as file:
            with counting("exporting", quiet=as_json) as counted:
                await _Fetch(api, wanted.end, pause).into(file, counted)
            file.finish()
            _check(file, wanted)
            beside = sidecars(str(path))
            proof = file.proof(wanted.growth).text
            write_texts({Path(beside.proof): proof, Path(beside.checkpoint): wanted.checkpoint["note"]})
            root = file.root.hex()
    if as_json:
        size = wanted.checkpoint["tree_size"]
        show_json({"file": str(path), "first": first, "end": wanted.end, "root_hash": root, "checkpoint_size": size})
        return
    show_text(f"Saved {wanted.end - first:,} entries in {path}.")
    facts([("Checkpoint", beside.checkpoint), ("Proof", beside.proof), ("Root", root)])


async def _wanted(api: Api, *, first: int, end: int | None) -> _Wanted:
    newest = await api.checkpoint()
    size = newest["tree_size"]
    end = size if end is None else end
    if not first < end <= size:
        raise WrongUsage(f"There are no such entries: the log has those from 0 to {size - 1:,}.")
    if end == size:
        return _Wanted(first, end, newest, None)
    try:
        return _Wanted(first, end, await api.checkpoint(size=end), None)
    except Refused as refused:
        if refused.facts["problem"]["reason"] != _NO_CHECKPOINT:
            raise
    # Nothing was signed right there: a larger tree that is signed, and a proof that it goes on this one, do as well.
    proof = await api.consistency_proof(first=end, second=size)
    return _Wanted(first, end, newest, Growth(size, _hashes(proof["hashes"])))


async def _prefix(api: Api, first: int) -> tuple[bytes, ...]:
    """The tree before the first entry."""
    if first == 0:
        return ()
    async with api.log(first=first, end=first + 1) as stream:
        return _frontier(stream, first)


def _frontier(stream: LogStream, first: int) -> tuple[bytes, ...]:
    try:
        hashes = tuple(base64.b64decode(each, validate=True) for each in stream.frontier)
    except binascii.Error:
        hashes = ()
    if len(hashes) != first.bit_count() or any(len(each) != HASH_SIZE for each in hashes):
        raise Refused("The server did not say what the tree was before the first entry.")
    return hashes


@dataclass(frozen=True, slots=True)
class _Fetch:
    api: Api
    end: int
    pause: Pause

    async def into(self, file: LogFile, counted: Counted) -> None:
        """Everything up to the end, on a new connection where one breaks; gives up when no entry comes any more."""
        failures = 0
        while file.end < self.end:
            reached = file.end
            broke = await self._once(file, counted)
            failures = 0 if file.end > reached else failures + 1
            if failures == _PATIENCE:
                raise broke or Refused("The server ends the log before its last entry.")
            if file.end < self.end:
                await self.pause(_PAUSE_S)

    async def _once(self, file: LogFile, counted: Counted) -> Unreachable | None:
        rest = b""
        try:
            async with self.api.log(first=file.end, end=self.end) as stream:
                async for piece in stream.pieces:
                    *whole, rest = (rest + piece).split(b"\n")
                    file.add(whole)
                    counted(len(whole))
        except Unreachable as broke:
            return broke
        return None


def _check(file: LogFile, wanted: _Wanted) -> None:
    """What came must lead to what the log signed."""
    size, growth = wanted.checkpoint["tree_size"], wanted.growth
    [signed] = _hashes([wanted.checkpoint["root_hash"]])
    holds = file.end == wanted.end and (
        verify_consistency(file.end, file.root, size, signed, growth.hashes) if growth else file.root == signed
    )
    if not holds:
        raise Refused(
            "The entries that came do not lead to the root that the log signed; nothing was saved.",
            "  What to do: have the log verified, `pcf-builder audit verify`.",
        )


def _hashes(texts: Iterable[str]) -> tuple[bytes, ...]:
    try:
        return hashes_from(texts)
    except TypeError as error:
        raise Refused(f"The server's answer cannot be used: {error}.") from error
