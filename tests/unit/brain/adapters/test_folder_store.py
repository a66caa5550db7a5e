import os
from pathlib import Path

import pytest
from pcf_brain.adapters.folder_store import FolderStore
from pcf_brain.domain.limits import Limits
from pcf_brain.domain.problem import BrokenReleaseError


async def _problems(store: FolderStore) -> list[str]:
    with pytest.raises(BrokenReleaseError) as caught:
        await store.open()
    return [str(problem) for problem in caught.value.problems]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "root"
    (root / "b").mkdir(parents=True)
    (root / "b/two.txt").write_text("2")
    (root / "c.txt").write_text("3")
    (root / "a.txt").write_text("1")
    return root


async def test_files_are_sorted(folder: Path):
    snapshot = await FolderStore(folder).open()
    assert snapshot.paths == ("a.txt", "b/two.txt", "c.txt")


async def test_contents_are_bytes_as_they_are(folder: Path):
    (folder / "a.txt").write_bytes(b"\xff\r\n")
    assert await (await FolderStore(folder).open()).read("a.txt") == b"\xff\r\n"


async def test_dot_files_and_folders_are_not_of_the_release(folder: Path):
    (folder / ".hidden").write_text("x")
    (folder / ".git").mkdir()
    (folder / ".git/config").write_text("x")
    assert (await FolderStore(folder).open()).paths == ("a.txt", "b/two.txt", "c.txt")


async def test_a_snapshot_outlives_the_folder(folder: Path):
    snapshot = await FolderStore(folder).open()
    (folder / "a.txt").write_text("another")
    (folder / "c.txt").unlink()
    assert [await snapshot.read(path) for path in ("a.txt", "c.txt")] == [b"1", b"3"]


async def test_a_link_within_the_folder_is_followed(folder: Path):
    """Kubernetes mounts a ConfigMap as links into a folder whose name begins with two dots."""
    (folder / "..data").mkdir()
    (folder / "..data/d.txt").write_text("4")
    (folder / "d.txt").symlink_to("..data/d.txt")
    assert await (await FolderStore(folder).open()).read("d.txt") == b"4"


async def test_the_folder_itself_may_be_a_link(folder: Path, tmp_path: Path):
    (tmp_path / "current").symlink_to(folder)
    assert (await FolderStore(tmp_path / "current").open()).paths == ("a.txt", "b/two.txt", "c.txt")


@pytest.mark.parametrize("target", ["/etc/passwd", "../secret.txt", "b/../../secret.txt"])
async def test_a_link_out_of_the_folder_is_refused(folder: Path, target: str):
    (folder.parent / "secret.txt").write_text("secret")
    (folder / "d.txt").symlink_to(target)
    assert await _problems(FolderStore(folder)) == ["d.txt: is a link that leads out of the folder"]


async def test_a_linked_folder_outside_is_refused(folder: Path):
    (folder / "outside").symlink_to(folder.parent)
    assert await _problems(FolderStore(folder)) == ["outside: is a link that leads out of the folder"]


async def test_a_linked_folder_inside_is_refused(folder: Path):
    """Followed, it could lead in circles."""
    (folder / "again").symlink_to(".")
    assert await _problems(FolderStore(folder)) == ["again: is no regular file"]


async def test_a_link_that_leads_nowhere_is_refused(folder: Path):
    (folder / "d.txt").symlink_to("nowhere")
    assert await _problems(FolderStore(folder)) == ["d.txt: cannot be read: No such file or directory"]


async def test_a_link_that_leads_to_itself_is_refused(folder: Path):
    (folder / "d.txt").symlink_to("d.txt")
    (problem,) = await _problems(FolderStore(folder))
    assert problem.startswith("d.txt: cannot be read: ")


async def test_a_pipe_is_refused_without_waiting_for_its_other_end(folder: Path):
    os.mkfifo(folder / "pipe")
    assert await _problems(FolderStore(folder)) == ["pipe: is no regular file"]


async def test_a_huge_file_is_refused(folder: Path):
    with (folder / "huge.txt").open("wb") as file:
        file.truncate(10_000_000_000)
    assert await _problems(FolderStore(folder)) == ["huge.txt: is larger than 256,000 bytes"]


async def test_very_many_files_are_refused(folder: Path):
    store = FolderStore(folder, limits=Limits(files=2))
    assert await _problems(store) == [f"{folder}: holds more than 2 files"]


async def test_very_much_content_is_refused(folder: Path):
    store = FolderStore(folder, limits=Limits(total_bytes=2))
    assert await _problems(store) == [f"{folder}: holds more than 2 bytes"]


async def test_a_folder_that_is_not_there(tmp_path: Path):
    folder = tmp_path / "nothing"
    expected = [f"{folder}: cannot be read: No such file or directory"]
    assert expected == await _problems(FolderStore(folder))


async def test_a_name_that_is_no_text_can_still_be_told(folder: Path):
    (folder / os.fsdecode(b"\xff.txt")).write_text("x")
    assert (await FolderStore(folder).open()).paths[-1] == "\ufffd.txt"


async def test_all_problems_are_told_together(folder: Path):
    (folder / "d.txt").symlink_to("/etc/passwd")
    os.mkfifo(folder / "pipe")
    assert len(await _problems(FolderStore(folder))) == 2


async def test_the_fingerprint_stays_while_nothing_changes(folder: Path):
    store = FolderStore(folder)
    assert await store.fingerprint() == await store.fingerprint()


async def test_the_fingerprint_changes_with_content_of_the_same_length(folder: Path):
    store = FolderStore(folder)
    before = await store.fingerprint()
    (folder / "a.txt").write_text("7")
    os.utime(folder / "a.txt", ns=(1, 1))
    assert before != await store.fingerprint()


async def test_the_fingerprint_changes_when_a_date_is_forged(folder: Path):
    """An unpacked archive sets dates back; the change time cannot be set."""
    date = (folder / "a.txt").stat().st_mtime_ns
    store = FolderStore(folder)
    before = await store.fingerprint()
    (folder / "new.txt").write_text("7")
    (folder / "new.txt").rename(folder / "a.txt")
    os.utime(folder / "a.txt", ns=(date, date))
    assert before != await store.fingerprint()


@pytest.mark.parametrize("change", ["add", "remove", "rename"])
async def test_the_fingerprint_changes_with_the_set_of_files(folder: Path, change: str):
    store = FolderStore(folder)
    before = await store.fingerprint()
    match change:
        case "add":
            (folder / "b/new.txt").write_text("")
        case "remove":
            (folder / "c.txt").unlink()
        case _:
            (folder / "c.txt").rename(folder / "d.txt")
    assert before != await store.fingerprint()


async def test_dot_files_do_not_change_the_fingerprint(folder: Path):
    store = FolderStore(folder)
    before = await store.fingerprint()
    (folder / ".swap").write_text("x")
    assert before == await store.fingerprint()


async def test_a_folder_that_is_not_there_has_a_fingerprint_too(tmp_path: Path):
    store = FolderStore(tmp_path / "nothing")
    before = await store.fingerprint()
    (tmp_path / "nothing").mkdir()
    assert before != await store.fingerprint()
