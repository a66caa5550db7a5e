import hashlib
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pcf_brain.adapters.folder_store import FolderStore
from pcf_brain.domain.release import manifest
from pcf_brain.loader import LoadedRelease, load

Problems = Callable[[], list[str]]


async def _load(folder: Path) -> LoadedRelease:
    return await load(await FolderStore(folder).open(), now=lambda: datetime(2026, 1, 1, tzinfo=UTC))


def _hashes(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


async def test_every_file_is_in_the_manifest_with_its_hash(brain: Path, loaded: LoadedRelease):
    expected = _hashes(brain)
    files = {path: entry.sha256 for path, entry in loaded.release.files.items()}
    assert expected == {path: files[path] for path in expected}
    assert {path for path in files if path.startswith("derived/")} == files.keys() - expected.keys()


async def test_the_hash_of_each_file_is_that_of_what_can_be_read(loaded: LoadedRelease):
    for path, entry in loaded.release.files.items():
        content = await loaded.snapshot.read(path)
        assert (entry.sha256, entry.size_bytes) == (hashlib.sha256(content).hexdigest(), len(content))


async def test_the_release_is_named_by_its_manifest(loaded: LoadedRelease):
    release = loaded.release
    digest = hashlib.sha256(manifest(release.files.values())).hexdigest()
    assert (digest, f"releases/{digest[:16]}") == (release.manifest_sha256, release.name)


async def test_the_same_files_make_the_same_release_wherever_and_whenever(brain: Path, tmp_path: Path):
    one = await _load(brain)
    shutil.copytree(brain, tmp_path / "copy")
    for path in (tmp_path / "copy").rglob("*"):
        os.utime(path, (0, 0))
    assert one.release.name == (await _load(tmp_path / "copy")).release.name


async def test_one_changed_letter_makes_another_release(brain: Path, loaded: LoadedRelease):
    with (brain / "templates/README.md.j2").open("a") as file:
        file.write("!")
    assert loaded.release.name != (await _load(brain)).release.name


async def test_version_languages_and_kinds_are_told(loaded: LoadedRelease):
    release = loaded.release
    told = (release.version, release.languages, list(release.capabilities))
    assert told == ("1.2.3", {"en", "de"}, ["dial", "lamp"])


async def test_the_snapshot_lists_derived_files_too(loaded: LoadedRelease):
    assert list(loaded.release.files) == list(loaded.snapshot.paths)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"a\nb\xff", "templates/x.j2:2: not UTF-8 text"),
        ("ä".encode("utf-16"), "templates/x.j2:1: not UTF-8 text"),
        (b"a\0b", "templates/x.j2: not text: holds a NUL character"),
    ],
)
def test_a_file_that_is_no_text(brain: Path, problems: Problems, content: bytes, expected: str):
    (brain / "templates/x.j2").write_bytes(content)
    assert [expected] == problems()


def test_a_broken_file_of_each_format_is_told_with_its_line(brain: Path, problems: Problems):
    (brain / "intent/ambiguity.yaml").write_text("a: 1\nb: [")
    (brain / "schemas/component-spec.schema.json").write_text('{"a":\n}')
    assert [each.split(": not ")[0] for each in problems()] == [
        "intent/ambiguity.yaml:3",
        "schemas/component-spec.schema.json:2",
    ]
