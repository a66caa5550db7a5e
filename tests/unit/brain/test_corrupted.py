"""Whatever is wrong with a published release: it is never served, the last good one stays, and it is told why."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pcf_brain.adapters.depot_store import DepotStore
from pcf_brain.domain.manifest import list_files, sha256, write_manifest
from pcf_brain.library import Library, Refresh
from pcf_brain.metrics import BrainMetrics
from pcf_brain.trust import Signer
from pcf_runtime.testing import FakeClock
from prometheus_client import CollectorRegistry

Spoil = Callable[[Any, Path], str]
_STYLES = "capabilities/lamp/styles.css.j2"


def _contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.*")}


def _manifest(folder: Path) -> bytes:
    return write_manifest(list_files(_contents(folder)))


def _signed(press: Any, folder: Path, manifest: bytes) -> str:
    """A manifest that nobody should have signed, and somebody did."""
    return press.release(folder, manifest=manifest, note=press.note(manifest, _contents(folder)))


def _with_line(press: Any, folder: Path, path: str) -> str:
    line = f"{sha256(b'x')}  {path}\n".encode()
    press.lay(f"files/{sha256(b'x')}", b"x")
    return _signed(press, folder, b"".join(sorted([*_manifest(folder).splitlines(keepends=True), line], key=_path)))


def _path(line: bytes) -> bytes:
    return line[66:]


def _file(press: Any, folder: Path, path: str = _STYLES) -> Path:
    return press.root / "files" / sha256((folder / path).read_bytes())


def not_signed(press: Any, folder: Path) -> str:
    return press.release(folder, note=None)


def signed_by_another_key(press: Any, folder: Path) -> str:
    note = press.note(_manifest(folder), _contents(folder), signer=Signer.generate("brain.test"))
    return press.release(folder, note=note)


def note_changed(press: Any, folder: Path) -> str:
    note = press.note(_manifest(folder), _contents(folder))
    return press.release(folder, note=note.replace(b"version 1", b"version 9"))


def note_of_another_release(press: Any, folder: Path) -> str:
    return press.release(folder, note=press.note(b"another", _contents(folder)))


def note_of_other_numbers(press: Any, folder: Path) -> str:
    return press.release(folder, note=press.note(_manifest(folder), {"a": b"1"}))


def manifest_changed(press: Any, folder: Path) -> str:
    digest = press.release(folder)
    press.lay(f"releases/{digest}/manifest", _manifest(folder).replace(b"lamp", b"pmal"))
    return digest


def manifest_missing(press: Any, folder: Path) -> str:
    digest = press.release(folder)
    (press.root / f"releases/{digest}/manifest").unlink()
    return digest


def manifest_leads_out(press: Any, folder: Path) -> str:
    return _with_line(press, folder, "../../etc/cron.d/x")


def manifest_has_an_absolute_path(press: Any, folder: Path) -> str:
    return _with_line(press, folder, "/etc/passwd")


def manifest_lists_a_path_twice(press: Any, folder: Path) -> str:
    return _with_line(press, folder, _STYLES)


def manifest_lists_too_much(press: Any, folder: Path) -> str:
    return _signed(press, folder, write_manifest({f"f{number}": "ab" * 32 for number in range(2_001)}))


def file_missing(press: Any, folder: Path) -> str:
    digest = press.release(folder)
    _file(press, folder).unlink()
    return digest


def file_cut_short(press: Any, folder: Path) -> str:
    digest = press.release(folder)
    file = _file(press, folder)
    file.write_bytes(file.read_bytes()[:-1])
    return digest


def file_whose_hash_lies(press: Any, folder: Path) -> str:
    digest = press.release(folder)
    _file(press, folder).write_bytes(b"import evil")
    return digest


def file_too_large(press: Any, folder: Path) -> str:
    (folder / _STYLES).write_bytes(b"x" * 256_001)
    return press.release(folder)


def link_in_place_of_a_file(press: Any, folder: Path) -> str:
    """Even where it leads to the right content: what it leads to can change."""
    digest = press.release(folder)
    file = _file(press, folder)
    file.rename(press.root / "elsewhere")
    file.symlink_to(press.root / "elsewhere")
    return digest


def folder_in_place_of_a_file(press: Any, folder: Path) -> str:
    digest = press.release(folder)
    _file(press, folder).unlink()
    _file(press, folder).mkdir()
    return digest


def archive_in_place_of_a_file(press: Any, folder: Path) -> str:
    digest = press.release(folder)
    packed = shutil.make_archive(str(press.root / "packed"), "tar", folder)
    Path(packed).rename(_file(press, folder))
    return digest


def signed_but_not_fit_to_serve(press: Any, folder: Path) -> str:
    (folder / "intent/lexicon/en.yaml").unlink()
    return press.release(folder)


SPOILS = [
    (not_signed, "nobody signed it"),
    (signed_by_another_key, "no key that is trusted here"),
    (note_changed, "does not fit the text"),
    (note_of_another_release, "signs another release"),
    (note_of_other_numbers, "speaks of 1 files"),
    (manifest_changed, "its hash is another"),
    (manifest_missing, "the release is not whole"),
    (manifest_leads_out, "'../../etc/cron.d/x': a path holds only"),
    (manifest_has_an_absolute_path, "'/etc/passwd': a path holds only"),
    (manifest_lists_a_path_twice, f"{_STYLES} is listed twice"),
    (manifest_lists_too_much, "lists more than 2,000 files"),
    (file_missing, "the release is not whole"),
    (file_cut_short, "its hash is another"),
    (file_whose_hash_lies, "its hash is another"),
    (file_too_large, "is larger than 256,000 bytes"),
    (link_in_place_of_a_file, "is no regular file"),
    (folder_in_place_of_a_file, "is no regular file"),
    (archive_in_place_of_a_file, "its hash is another"),
    (signed_but_not_fit_to_serve, "intent/lexicon/en.yaml: is missing"),
]
_each = pytest.mark.parametrize(("spoil", "reason"), SPOILS, ids=[spoil.__name__ for spoil, _ in SPOILS])


@pytest.fixture
async def library(press: Any, brain: Path) -> Library:
    """Serving a good release; the folder is ready to become the next one."""
    press.point(press.release(brain))
    library = Library(DepotStore([press.depot], trust=press.trust), now=FakeClock().now, kept=3)
    assert await library.refresh() is Refresh.LOADED
    (brain / "release.yaml").write_text('version: "2"\n')
    (brain / _STYLES).write_text(".lamp { color: red }\n")
    return library


@_each
async def test_it_is_refused_and_the_last_good_one_stays(
    library: Library, press: Any, brain: Path, spoil: Spoil, reason: str
):
    served = library.current()
    press.point(spoil(press, brain), sequence=2)
    assert await library.refresh() is Refresh.REFUSED
    assert served is library.current() is library.pinned("")
    assert [reason in str(problem) for problem in library.trouble].count(True) >= 1, library.trouble


@_each
async def test_it_is_told_in_the_metrics_until_a_good_one_comes(
    library: Library,
    press: Any,
    brain: Path,
    metrics: BrainMetrics,
    registry: CollectorRegistry,
    spoil: Spoil,
    reason: str,
):
    metrics.follow(library, now=FakeClock().now)
    good = press.release(brain)
    shutil.copytree(brain, brain.with_name("good"))
    press.point(spoil(press, brain), sequence=2)
    await library.refresh()
    assert registry.get_sample_value("pcf_brain_store_problems") > 0
    shutil.rmtree(press.root / "files")
    shutil.copytree(brain.with_name("good"), brain, dirs_exist_ok=True)
    assert good == press.release(brain)
    press.point(good, sequence=3)
    assert await library.refresh() is Refresh.LOADED
    assert (registry.get_sample_value("pcf_brain_store_problems"), library.current().release.version) == (0, "2")


@_each
async def test_at_a_start_there_is_nothing_to_serve(press: Any, brain: Path, spoil: Spoil, reason: str):
    library = Library(DepotStore([press.depot], trust=press.trust), now=FakeClock().now, kept=3)
    press.point(spoil(press, brain))
    assert await library.refresh() is Refresh.REFUSED
    assert library.loaded is None
