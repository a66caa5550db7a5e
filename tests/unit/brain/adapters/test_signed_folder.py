import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pcf_brain.adapters.folder_store import FolderStore
from pcf_brain.adapters.signed_folder import SignedFolder
from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.trust import Signer, Trust

Damage = Callable[[Path], object]


@pytest.fixture
def folder(press: Any, brain: Path) -> Path:
    """A release as sync leaves it."""
    digest = press.release(brain)
    for name in ("manifest", "note"):
        shutil.copy(press.root / f"releases/{digest}/{name}", brain / f".{name}")
    return brain


def _store(folder: Path, trust: Trust, *, digest: str = "") -> FolderStore:
    return FolderStore(folder, judge=SignedFolder(trust, digest=digest).judge)


async def _problems(folder: Path, trust: Trust) -> list[str]:
    with pytest.raises(BrokenReleaseError) as caught:
        await _store(folder, trust).open()
    return [str(problem) for problem in caught.value.problems]


async def test_the_release_that_was_signed_is_read(folder: Path, press: Any):
    assert "release.yaml" in (await _store(folder, press.trust).open()).paths


def _to_pipe(root: Path) -> None:
    (root / ".manifest").unlink()
    os.mkfifo(root / ".manifest")


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        (lambda root: (root / ".note").unlink(), ".note: cannot be read: a signed release has one"),
        (lambda root: (root / ".manifest").unlink(), ".manifest: cannot be read: a signed release has one"),
        (
            lambda root: (root / "release.yaml").write_text("version: '7'"),
            "release.yaml: is not what the manifest lists: its hash is another",
        ),
        (lambda root: (root / "new.txt").write_text(""), "new.txt: is not listed in the manifest"),
        (lambda root: (root / "release.yaml").unlink(), "release.yaml: is listed in the manifest and not here"),
        (_to_pipe, ".manifest: cannot be read: is no regular file"),
        (lambda root: (root / ".note").write_bytes(b"x" * 40_000), ".note: is larger than 32,000 bytes"),
    ],
)
async def test_anything_else_is_refused(folder: Path, press: Any, damage: Damage, problem: str):
    damage(folder)
    assert [problem] == await _problems(folder, press.trust)


async def test_a_changed_manifest_is_another_release_that_nobody_signed(folder: Path, press: Any):
    (folder / "release.yaml").unlink()
    lines = (folder / ".manifest").read_text().splitlines(keepends=True)
    (folder / ".manifest").write_text("".join(line for line in lines if "release.yaml" not in line))
    (problem,) = await _problems(folder, press.trust)
    assert problem.startswith("note: signs another release: ")


async def test_the_signature_of_another_key_is_refused(folder: Path):
    (problem,) = await _problems(folder, Trust((Signer.generate("other").verifier,)))
    assert problem.startswith("note: no key that is trusted here has signed the note")


async def test_another_signed_release_in_its_place_is_refused_where_one_is_expected(folder: Path, press: Any):
    with pytest.raises(BrokenReleaseError, match="signs another release"):
        await _store(folder, press.trust, digest="a" * 64).open()
