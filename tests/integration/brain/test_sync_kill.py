"""SIGKILL at any moment of a sync: the volume holds a whole release, the old or the new, and the next sync mends it."""

import asyncio
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pcf_brain.adapters.folder_store import FolderStore
from pcf_brain.adapters.signed_folder import SignedFolder
from pcf_brain.trust import Trust

pytestmark = pytest.mark.slow

_CHOSEN = 24
"""Calls left to chance; those that rename or link, and their neighbours, are tried each."""

Sync = Callable[[int], str]


@contextmanager
def _syncing(depot: Path, volume: Path, verifier: str) -> Iterator[Sync]:
    """Syncs that are killed at a call, all from one process that has imported what they need."""
    script = Path(__file__).with_name("killed_sync.py")
    command = [sys.executable, script, depot, volume, verifier]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, bufsize=1
    ) as process:

        def sync(number: int) -> str:
            assert process.stdin
            assert process.stdout
            process.stdin.write(f"{number}\n")
            return process.stdout.readline().strip()

        yield sync
        assert process.stdin
        process.stdin.close()


async def _served(volume: Path, verifier: str) -> str:
    """The version that a brain would serve, everything verified."""
    judge = SignedFolder(Trust.parse(verifier)).judge
    snapshot = await FolderStore(volume / "current", judge=judge).open()
    return (await snapshot.read("release.yaml")).decode().split('"')[1]


def _restore(volume: Path, old: Path) -> None:
    shutil.rmtree(volume)
    shutil.copytree(old, volume, symlinks=True)


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A place for volumes: in memory where there is one, for thousands of fsyncs on a disk take minutes."""
    shared = Path("/dev/shm")  # noqa: S108 - the folder made in it is of this user alone
    with tempfile.TemporaryDirectory(dir=shared if os.access(shared, os.W_OK) else tmp_path) as folder:
        yield Path(folder)


@pytest.fixture
def published(press: Any, tmp_path: Path) -> tuple[Path, str, str]:
    """A folder depot with two releases: where, and their digests."""
    depot = tmp_path / "depot"

    async def publish() -> tuple[str, str]:
        digests = [await press.create(str(depot), version) for version in ("old", "new")]
        await press.promote(str(depot), digests[0])
        return digests[0], digests[1]

    return (depot, *asyncio.run(publish()))


def test_a_killed_sync_leaves_a_whole_release_and_the_next_one_mends_it(
    press: Any, published: tuple[Path, str, str], memory: Path, seed: int
):
    depot, _, new = published
    volume, old = memory / "volume", memory / "old"
    served = []
    with _syncing(depot, volume, press.verifier) as sync:
        assert sync(0) == "done"
        shutil.copytree(volume, old, symlinks=True)
        asyncio.run(press.promote(str(depot), new))
        calls, *pivotal = map(int, sync(-1).split())
        dice = random.Random(seed)  # noqa: S311 - no secret
        near = {each + step for each in pivotal for step in (-1, 0, 1)}
        chosen = near | set(dice.sample(range(1, calls + 1), _CHOSEN))
        for number in sorted(chosen):
            _restore(volume, old)
            assert sync(number) == "killed", number
            served.append(asyncio.run(_served(volume, press.verifier)))
            assert sync(0) == "done", number
            assert asyncio.run(_served(volume, press.verifier)) == "new", number
            assert {".lock", "current", "releases"} == {path.name for path in volume.iterdir()}, number
    told = f"{len(chosen)} of {calls} calls: {served.count('old')} left the old release, {served.count('new')} the new"
    print(told)  # noqa: T201 - a figure to look at
    assert served == sorted(served, reverse=True), "once the new one is served, it stays"
    assert {"old", "new"} == set(served)
