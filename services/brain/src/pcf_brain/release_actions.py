"""`pcf-brain release …`: what it does and prints. Digests and keys go to stdout, words to stderr."""

import argparse
import os
import re
import sys
from collections.abc import Awaitable, Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from pcf_brain.adapters.folder_store import FolderStore
from pcf_brain.adapters.opening import PATIENT_S, open_depot
from pcf_brain.domain.manifest import is_digest
from pcf_brain.domain.pointer import Pointer
from pcf_brain.exits import DONE, REFUSED, CalledWronglyError, say
from pcf_brain.exits import run as run_command
from pcf_brain.ports import Depot
from pcf_brain.promoting import Listed, Promoter
from pcf_brain.publishing import Publisher
from pcf_brain.settings import BrainSettings
from pcf_brain.trust import BadKeyError, Signer, Trust

_PREFIX = re.compile(r"[0-9a-f]{8,64}")


def run(settings: BrainSettings, asked: argparse.Namespace) -> int:
    return run_command(_keys(asked) if asked.action == "keys" else _with_depot(settings, asked))


async def _with_depot(settings: BrainSettings, asked: argparse.Namespace) -> int:
    with closing(depot_at(asked.place or settings.bucket_url)) as depot:
        return await _ACTIONS[asked.action](_Kit(settings, asked, depot))


def depot_at(place: str, *, call_s: float = PATIENT_S) -> Depot:
    if not place:
        raise CalledWronglyError("Say where: a bucket as s3://bucket/prefix?region=…, or a folder.")
    try:
        return open_depot(place, call_s=call_s)
    except ValueError as error:
        raise CalledWronglyError(f"{place}: {error}.") from error


def trust_of(key: str, *, unsigned: bool) -> Trust:
    """Whose signature is asked for; to ask for none must be said."""
    if unsigned:
        return Trust()
    try:
        trust = Trust.parse(key)
    except BadKeyError as error:
        raise CalledWronglyError(f"The verifier cannot be used: {error}.") from error
    if not trust.asks:
        raise CalledWronglyError("Say whose signature to ask for with --key VERIFIER, or --unsigned to ask for none.")
    return trust


class _Kit:
    """What every action needs."""

    def __init__(self, settings: BrainSettings, asked: argparse.Namespace, depot: Depot) -> None:
        self.asked = asked
        self.depot = depot
        self.publisher = Publisher(depot, now=lambda: datetime.now(UTC))
        self._key = settings.release_key

    @property
    def trust(self) -> Trust:
        return trust_of(self.asked.key or self._key, unsigned=self.asked.unsigned)

    @property
    def promoter(self) -> Promoter:
        return Promoter(self.depot, publisher=self.publisher, trust=self.trust)

    async def digest(self) -> str:
        """The digest that was asked for, in full."""
        asked: str = self.asked.digest
        if is_digest(asked):
            return asked
        if not _PREFIX.fullmatch(asked):
            raise CalledWronglyError(f"{asked!r} is no digest: 64 digits of 0-9 and a-f, or the first 8 or more.")
        keys = await self.depot.keys(f"releases/{asked}")
        found = sorted({key.split("/")[1] for key in keys})
        if len(found) != 1:
            raise CalledWronglyError(f"{len(found)} releases in {self.depot.name} begin with {asked}.")
        return found[0]


async def _create(kit: _Kit) -> int:
    created = await kit.publisher.create(await FolderStore(kit.asked.folder).open())
    told = f"{created.files} files of {created.size_bytes:,} bytes, {created.written} of them new"
    say(f"Version {created.version} is in {kit.depot.name}: {told}. Sign and promote it by this digest:")
    return _print(created.digest)


async def _sign(kit: _Kit) -> int:
    signer = _signer(kit.asked.key_file)
    statement = await kit.publisher.sign(await kit.digest(), signer=signer)
    return say(f"{statement.digest}, version {statement.version}, is signed by {signer.name} ({statement.made}).", DONE)


async def _verify(kit: _Kit) -> int:
    trust = kit.trust
    if kit.asked.current:
        pointer = await kit.promoter.current()
        if pointer is None:
            return say(f"No release was promoted in {kit.depot.name}.", REFUSED)
        digest = pointer.digest
    else:
        digest = await kit.digest()
    judged = await kit.publisher.judge(digest, trust=trust)
    signed = f"signed {judged.published.statement.made}" if judged.published.statement else "no signature asked for"
    files = len(judged.published.files)
    say(f"Version {judged.release.version}: {files} files of {judged.size_bytes:,} bytes, all as listed, {signed}.")
    return _print(digest)


async def _promote(kit: _Kit) -> int:
    return _moved(await kit.promoter.promote(await kit.digest()))


async def _rollback(kit: _Kit) -> int:
    return _moved(await kit.promoter.roll_back())


async def _list(kit: _Kit) -> int:
    promoter = kit.promoter
    pointer = await promoter.current()
    for each in await promoter.releases():
        sys.stdout.write(f"{'*' if pointer and each.digest == pointer.digest else ' '} {_row(each)}\n")
    return DONE


async def _keys(asked: argparse.Namespace) -> int:
    path: Path = asked.key_file
    try:
        signer = Signer.generate(asked.name)
    except BadKeyError as error:
        raise CalledWronglyError(f"--name {asked.name!r}: {error}.") from error
    # Made anew and readable by its owner only; a key that is there is not written over.
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(f"{signer.text}\n")
    say(f"The signing key is in {path}: keep it secret. Brains are given this verifier as PCF_BRAIN_RELEASE_KEY:")
    return _print(signer.verifier.text)


def _signer(path: Path) -> Signer:
    try:
        return Signer.parse(path.read_text("utf-8"))
    except ValueError as error:  # a key that is none, or no text at all; neither is repeated
        reason = f": {error}" if isinstance(error, BadKeyError) else ""
        raise CalledWronglyError(f"{path} holds no signing key{reason}.") from error


def _moved(pointer: Pointer) -> int:
    before = f", before it {pointer.before[0]}" if pointer.before else ""
    say(f"Current now, move {pointer.sequence}{before}:")
    return _print(pointer.digest)


def _row(listed: Listed) -> str:
    if listed.trouble:
        return f"{listed.digest}  {listed.trouble.splitlines()[0]}"
    if listed.statement is None:
        return f"{listed.digest}  {listed.files:>5} files, no signature asked for"
    said = listed.statement
    return f"{listed.digest}  {said.made:%Y-%m-%d %H:%M}  {said.files:>5} files {said.size_bytes:>12,}  {said.version}"


def _print(text: str) -> int:
    sys.stdout.write(f"{text}\n")
    return DONE


_ACTIONS: dict[str, Callable[[_Kit], Awaitable[int]]] = {
    "create": _create,
    "sign": _sign,
    "verify": _verify,
    "promote": _promote,
    "rollback": _rollback,
    "list": _list,
}
