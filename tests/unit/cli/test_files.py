"""Files appear whole and checked, or not at all."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pcf_cli.exits import Refused, WrongUsage
from pcf_cli.files import fetch, prepare_folder, save


def artifact(filename: str, content: bytes) -> Any:
    sha256 = hashlib.sha256(content).hexdigest()
    return {"kind": "source", "filename": filename, "sha256": sha256, "size_bytes": len(content), "href": "/x"}


class Bytes:
    def __init__(self, content: bytes) -> None:
        self.content = content

    async def download(self, artifact: Any) -> AsyncIterator[bytes]:
        yield self.content[:3]
        yield self.content[3:]


async def test_bytes_of_the_right_hash_are_taken():
    assert b"content" == await fetch(Bytes(b"content"), artifact("a.zip", b"content"))


@pytest.mark.parametrize("arrived", [b"contenT", b"conten", b"content!", b""])
async def test_other_bytes_are_refused(arrived: bytes):
    with pytest.raises(Refused, match=r"a\.zip arrived damaged"):
        await fetch(Bytes(arrived), artifact("a.zip", b"content"))


def test_all_files_are_written_and_nothing_else(tmp_path: Path):
    saved = save(tmp_path, [(artifact("a.zip", b"a"), b"a"), (artifact("b.json", b"b"), b"b")])

    assert {"a.zip": b"a", "b.json": b"b"} == {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert [tmp_path / "a.zip", tmp_path / "b.json"] == [file.path for file in saved]


def test_a_file_of_that_name_is_replaced(tmp_path: Path):
    (tmp_path / "a.zip").write_bytes(b"older and longer")

    save(tmp_path, [(artifact("a.zip", b"new"), b"new")])

    assert b"new" == (tmp_path / "a.zip").read_bytes()


@pytest.mark.parametrize("filename", ["../a.zip", "/etc/passwd", "", ".hidden", "a/b", "a\\b", "a\n", "x" * 300])
def test_a_name_that_leads_elsewhere_is_refused_before_anything_is_written(tmp_path: Path, filename: str):
    with pytest.raises(Refused, match="file name that cannot be used"):
        save(tmp_path, [(artifact("good.zip", b"a"), b"a"), (artifact(filename, b"a"), b"a")])

    assert [] == list(tmp_path.iterdir())


def test_where_writing_fails_nothing_is_left(tmp_path: Path):
    (tmp_path / "b.json").mkdir()

    with pytest.raises(Refused, match="Files cannot be written"):
        save(tmp_path, [(artifact("b.json", b"b"), b"b")])

    assert ["b.json"] == [path.name for path in tmp_path.iterdir()]


def test_the_folder_is_made(tmp_path: Path):
    prepare_folder(tmp_path / "new" / "deep")

    assert [] == list((tmp_path / "new" / "deep").iterdir())


def test_a_folder_that_cannot_be_is_told_before_anything_is_built(tmp_path: Path):
    (tmp_path / "file").touch()

    with pytest.raises(WrongUsage, match=r"Files cannot be written to .*file/out: Not a directory"):
        prepare_folder(tmp_path / "file" / "out")
