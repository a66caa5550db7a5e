from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pcf_brain.adapters.folder_store import FolderStore
from pcf_brain.adapters.signed_folder import SignedFolder
from pcf_brain.adapters.volume import Volume, VolumeBusyError
from pcf_brain.domain.manifest import sha256
from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.library import Library, Refresh
from pcf_brain.ports import StoreUnavailableError
from pcf_brain.syncing import Sync, Synced
from pcf_brain.trust import Trust
from pcf_runtime.testing import FakeClock

Edit = Callable[[str, str, str], None]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "volume"


def _sync(root: Path, *presses: Any, keep: int = 3, trust: Trust | None = None) -> Sync:
    depots = [press.depot for press in presses]
    return Sync(depots, Volume(root), trust=trust or presses[0].trust, keep=keep, now=FakeClock().now)


def _publish(press: Any, brain: Path, number: int) -> str:
    (brain / "release.yaml").write_text(f'version: "{number}"\n')
    digest: str = press.release(brain)
    press.point(digest, sequence=number)
    return digest


async def _served(root: Path, press: Any) -> str:
    """The version that a brain would serve from the volume, everything verified."""
    store = FolderStore(root / "current", judge=SignedFolder(press.trust).judge)
    return (await (await store.open()).read("release.yaml")).decode().split('"')[1]


def _tree(root: Path) -> list[Path]:
    return sorted(path.relative_to(root) for path in root.rglob("*"))


def _releases(root: Path) -> list[str]:
    return sorted(path.name for path in (root / "releases").iterdir())


async def test_the_current_release_comes_to_the_volume(press: Any, brain: Path, root: Path):
    digest = _publish(press, brain, 1)
    synced = await _sync(root, press).once()
    assert (synced.digest, synced.switched, synced.files > 20) == (digest, True, True)
    assert (root / "current").readlink() == Path("releases") / digest
    assert await _served(root, press) == "1"


async def test_a_second_time_there_is_nothing_to_do(press: Any, brain: Path, root: Path):
    digest = _publish(press, brain, 1)
    await _sync(root, press).once()
    before = (root / "current").resolve().stat().st_ino
    assert Synced(digest, 0, 0, switched=False) == await _sync(root, press).once()
    assert before == (root / "current").resolve().stat().st_ino


async def test_only_files_that_are_missing_are_read(press: Any, brain: Path, root: Path):
    _publish(press, brain, 1)
    await _sync(root, press).once()
    _publish(press, brain, 2)
    assert (await _sync(root, press).once()).read == 1
    assert await _served(root, press) == "2"


async def test_a_rollback_reads_nothing_that_is_still_there(press: Any, brain: Path, root: Path):
    one = _publish(press, brain, 1)
    await _sync(root, press).once()
    _publish(press, brain, 2)
    await _sync(root, press).once()
    press.point(one, sequence=3)
    assert (await _sync(root, press).once()).read == 0
    assert await _served(root, press) == "1"


async def test_old_releases_are_removed_and_never_the_current_one(press: Any, brain: Path, root: Path):
    digests = []
    for number in range(1, 6):
        digests.append(_publish(press, brain, number))
        await _sync(root, press, keep=2).once()
    assert sorted(digests[-2:]) == _releases(root)
    _publish(press, brain, 6)
    await _sync(root, press, keep=1).once()
    assert (len(_releases(root)), await _served(root, press)) == (1, "6")


@pytest.mark.parametrize(
    "damage",
    [
        lambda current: (current / "release.yaml").write_text('version: "9"\n'),
        lambda current: (current / "intent/mapping.yaml").unlink(),
        lambda current: (current / "more.txt").write_text("x"),
        lambda current: (current / ".note").unlink(),
        lambda current: (current / ".manifest").write_bytes(b""),
    ],
)
async def test_a_volume_that_was_damaged_is_mended(
    press: Any, brain: Path, root: Path, damage: Callable[[Path], object]
):
    _publish(press, brain, 1)
    await _sync(root, press).once()
    damage(root / "current")
    assert (await _sync(root, press).once()).switched
    assert await _served(root, press) == "1"


async def test_a_link_that_leads_nowhere_is_mended(press: Any, brain: Path, root: Path):
    _publish(press, brain, 1)
    (root / "releases").mkdir(parents=True)
    (root / "current").symlink_to("releases/gone")
    await _sync(root, press).once()
    assert await _served(root, press) == "1"


@pytest.mark.parametrize("damage", ["unsigned", "spoilt", "broken"])
async def test_a_bad_release_leaves_the_volume_as_it_was(press: Any, brain: Path, root: Path, damage: str):
    _publish(press, brain, 1)
    await _sync(root, press).once()
    before = _tree(root)
    if damage == "broken":
        (brain / "intent/lexicon/en.yaml").unlink()
    digest = _publish(press, brain, 2)
    if damage == "unsigned":
        (press.root / f"releases/{digest}/note").unlink()
    if damage == "spoilt":
        press.lay(f"files/{sha256((brain / 'release.yaml').read_bytes())}", b"spoilt")
    with pytest.raises(BrokenReleaseError):
        await _sync(root, press).once()
    assert (before, await _served(root, press)) == (_tree(root), "1")


async def test_the_second_region_is_read_while_the_first_is_away(press: Any, second: Any, brain: Path, root: Path):
    _publish(second, brain, 1)
    await _sync(root, press, second).once()
    assert await _served(root, press) == "1"


async def test_with_both_away_the_volume_stays(press: Any, second: Any, brain: Path, root: Path):
    digest = _publish(press, brain, 1)
    await _sync(root, press, second).once()
    press.root.rename(press.root.with_name("gone"))
    sync = _sync(root, press, second)
    with pytest.raises(StoreUnavailableError):
        await sync.once()
    assert (await sync.whole(), await _served(root, press)) == (digest, "1")


async def test_a_damaged_volume_is_not_whole(press: Any, brain: Path, root: Path):
    _publish(press, brain, 1)
    await _sync(root, press).once()
    (root / "current/release.yaml").write_text("")
    assert await _sync(root, press).whole() == ""
    assert await _sync(root / "nothing", press).whole() == ""


async def test_without_keys_the_volume_can_be_served_in_development(press: Any, brain: Path, root: Path):
    press.point(press.release(brain, note=None))
    await _sync(root, press, trust=Trust()).once()
    assert not (root / "current/.note").exists()
    assert not (await _sync(root, press, trust=Trust()).once()).switched


async def test_two_syncs_at_once_do_not_mix(press: Any, brain: Path, root: Path):
    _publish(press, brain, 1)
    with Volume(root).locked(), pytest.raises(VolumeBusyError, match="is being written by another"):
        await _sync(root, press).once()
    assert (await _sync(root, press).once()).switched


async def test_what_a_killed_sync_left_is_removed(press: Any, brain: Path, root: Path):
    (root / ".incoming/x").mkdir(parents=True)
    (root / ".current").symlink_to("releases/half")
    _publish(press, brain, 1)
    await _sync(root, press).once()
    assert {".lock", "current", "releases"} == {path.parts[0] for path in _tree(root)}


async def test_a_switch_is_followed_without_a_restart(press: Any, brain: Path, root: Path):
    store = FolderStore(root / "current", judge=SignedFolder(press.trust).judge)
    library, seen = Library(store, now=FakeClock().now, kept=3), []
    one = _publish(press, brain, 1)
    await _sync(root, press).once()
    two = _publish(press, brain, 2)
    for sequence, digest in enumerate([one, two, one], start=3):
        press.point(digest, sequence=sequence)
        await _sync(root, press, keep=1).once()
        assert await library.refresh() is Refresh.LOADED
        assert await library.refresh() is Refresh.UNCHANGED
        seen.append(library.current().release.version)
    assert seen == ["1", "2", "1"]


async def test_a_file_where_a_volume_should_be_is_an_error(press: Any, brain: Path, tmp_path: Path):
    _publish(press, brain, 1)
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError, match=r"Not a directory|File exists"):
        await _sync(tmp_path / "file", press).once()
