import os
from pathlib import Path

import pytest
from pcf_brain.adapters.folder_depot import FolderDepot
from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.ports import MissingError, MovedError, StoreUnavailableError


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "depot/files").mkdir(parents=True)
    return tmp_path / "depot"


@pytest.fixture
def depot(root: Path) -> FolderDepot:
    return FolderDepot(root)


@pytest.mark.parametrize("target", ["/etc/passwd", "other", "nowhere"])
async def test_a_link_where_a_content_should_be_is_refused(depot: FolderDepot, root: Path, target: str):
    (root / "files/other").write_bytes(b"x")
    (root / "files/a").symlink_to(target)
    with pytest.raises(BrokenReleaseError, match="files/a: is no regular file"):
        await depot.read("files/a", limit_bytes=10)


async def test_a_folder_where_a_content_should_be_is_refused(depot: FolderDepot, root: Path):
    (root / "files/a").mkdir()
    with pytest.raises(BrokenReleaseError, match="files/a: is no regular file"):
        await depot.read("files/a", limit_bytes=10)


async def test_a_pipe_is_refused_without_waiting_for_its_other_end(depot: FolderDepot, root: Path):
    os.mkfifo(root / "files/a")
    with pytest.raises(BrokenReleaseError, match="files/a: is no regular file"):
        await depot.read("files/a", limit_bytes=10)


async def test_a_huge_file_is_refused_without_reading_it(depot: FolderDepot, root: Path):
    with (root / "files/a").open("wb") as file:
        file.truncate(10_000_000_000)
    with pytest.raises(BrokenReleaseError, match="files/a: is larger than 10 bytes"):
        await depot.read("files/a", limit_bytes=10)


async def test_a_folder_that_is_not_there_is_away_and_not_empty(tmp_path: Path):
    """A volume that is not mounted must not look like one where a release is missing."""
    with pytest.raises(StoreUnavailableError, match="is no folder that can be read"):
        await FolderDepot(tmp_path / "nothing").read("current", limit_bytes=10)


async def test_what_cannot_be_written_is_told(root: Path):
    (root / "files/a").write_bytes(b"")
    with pytest.raises(StoreUnavailableError, match="cannot be used: Not a directory"):
        await FolderDepot(root / "files/a").write("files/b", b"")


async def test_a_pointer_is_written_by_one_of_many_at_once(depot: FolderDepot, root: Path):
    """Each in a process of its own, as people are."""
    known = None
    for number in range(20):
        await depot.replace("current", b"%d" % number, known=known)
        with pytest.raises(MovedError):
            await FolderDepot(root).replace("current", b"late", known=known)
        known = await depot.read_again("current", known=known, limit_bytes=10)
    assert (root / "current").read_bytes() == b"19"


async def test_half_written_files_are_no_contents(depot: FolderDepot, root: Path):
    await depot.write("files/a", b"1")
    assert ["files/a"] == await depot.keys("files/")
    assert ["a"] == [path.name for path in (root / "files").iterdir()]


async def test_what_is_missing(depot: FolderDepot):
    with pytest.raises(MissingError):
        await depot.read("files/a", limit_bytes=10)
