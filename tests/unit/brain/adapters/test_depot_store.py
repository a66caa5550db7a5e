from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from pcf_brain.adapters.depot_store import DepotStore
from pcf_brain.domain.manifest import sha256
from pcf_brain.domain.pointer import Pointer
from pcf_brain.library import Library, Refresh
from pcf_brain.ports import StoreUnavailableError
from pcf_runtime.testing import FakeClock


class Cache:
    """A cache that instances share: it may lie."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}
        self.made: list[str] = []

    async def put(self, key: str, value: bytes, *, ttl_s: float) -> None:
        self.values[key] = value

    async def get_or_make(self, key: str, make: Callable[[], Awaitable[bytes]], *, ttl_s: float) -> bytes:
        if key not in self.values:
            self.made.append(key)
            self.values[key] = await make()
        return self.values[key]


def _library(*presses: Any, shared: Cache | None = None) -> Library:
    depots = [press.depot for press in presses]
    return Library(DepotStore(depots, trust=presses[0].trust, shared=shared), now=FakeClock().now, kept=3)


async def test_the_current_release_is_served(press: Any, brain: Path):
    press.point(press.release(brain))
    library = _library(press)
    assert await library.refresh() is Refresh.LOADED
    assert library.current().release.version == "1.2.3"


async def test_it_is_the_release_that_the_folder_would_be(press: Any, brain: Path, loaded: Any):
    """A build pinned to it does not care where it came from."""
    press.point(press.release(brain))
    library = _library(press)
    await library.refresh()
    assert loaded.release.name == library.current().release.name


async def test_a_release_once_loaded_needs_no_depot(press: Any, brain: Path):
    press.point(press.release(brain))
    library = _library(press)
    await library.refresh()
    press.root.rename(press.root.with_name("gone"))
    assert await library.refresh() is Refresh.UNREACHABLE
    snapshot = library.current().snapshot
    assert all([await snapshot.read(path) for path in snapshot.paths])


async def test_a_moved_pointer_is_followed_back_and_forth(press: Any, brain: Path, edit: Callable[..., None]):
    one = press.release(brain)
    edit("release.yaml", "1.2.3", "2")
    two = press.release(brain)
    library, seen = _library(press), []
    for sequence, digest in enumerate([one, two, one, two], start=1):
        press.point(digest, sequence=sequence)
        assert await library.refresh() is Refresh.LOADED
        seen.append(library.current().release.version)
    assert seen == ["1.2.3", "2", "1.2.3", "2"]


async def test_a_release_that_was_mended_is_looked_at_once_it_is_promoted_again(press: Any, brain: Path):
    digest = press.release(brain)
    press.lay(f"files/{sha256((brain / 'release.yaml').read_bytes())}", b"spoilt")
    press.point(digest)
    library = _library(press)
    assert [await library.refresh() for _ in range(2)] == [Refresh.REFUSED, Refresh.UNCHANGED]
    press.point(press.release(brain), sequence=2)
    assert await library.refresh() is Refresh.LOADED


async def test_files_that_come_late_are_waited_for(press: Any, brain: Path):
    """Replication keeps no order: the pointer may be there before what it points to."""
    digest = press.release(brain)
    file = press.root / "files" / sha256((brain / "release.yaml").read_bytes())
    content = file.read_bytes()
    file.unlink()
    press.point(digest)
    library = _library(press)
    assert [await library.refresh() for _ in range(2)] == [Refresh.REFUSED, Refresh.REFUSED]
    file.write_bytes(content)
    assert await library.refresh() is Refresh.LOADED
    assert library.trouble == ()


async def test_only_what_changed_is_read_again(press: Any, brain: Path, edit: Callable[..., None]):
    press.point(press.release(brain))
    shared = Cache()
    library = _library(press, shared=shared)
    await library.refresh()
    shared.made.clear()
    edit("release.yaml", "1.2.3", "2")
    press.point(press.release(brain), sequence=2)
    await library.refresh()
    assert shared.made == [sha256((brain / "release.yaml").read_bytes())]


async def test_contents_of_the_shared_cache_are_not_read_from_the_depot(press: Any, brain: Path):
    press.point(press.release(brain))
    shared = Cache()
    await _library(press, shared=shared).refresh()
    for file in (press.root / "files").iterdir():
        file.unlink()
    other = _library(press, shared=shared)
    assert await other.refresh() is Refresh.LOADED


async def test_a_cache_that_lies_is_a_miss_and_put_right(press: Any, brain: Path):
    press.point(press.release(brain))
    shared = Cache()
    shared.values = {file.name: b"lie" for file in (press.root / "files").iterdir()}
    library = _library(press, shared=shared)
    assert await library.refresh() is Refresh.LOADED
    assert all(sha256(value) == key for key, value in shared.values.items())


async def test_the_second_region_is_verified_the_same_way(press: Any, second: Any, brain: Path):
    digest = second.release(brain, note=None)
    second.point(digest)
    press.root.mkdir()
    library = _library(press, second)
    assert await library.refresh() is Refresh.REFUSED
    second.release(brain)
    assert await library.refresh() is Refresh.LOADED


async def test_with_both_regions_away_a_start_has_nothing_to_serve_even_if_the_cache_is_warm(
    press: Any, second: Any, brain: Path
):
    """Contents are verified by the manifest, and that by the pointer's digest; the cache holds neither."""
    press.point(press.release(brain))
    shared = Cache()
    await _library(press, second, shared=shared).refresh()
    press.root.rename(press.root.with_name("gone"))
    library = _library(press, second, shared=shared)
    assert await library.refresh() is Refresh.UNREACHABLE
    assert (library.loaded, len(library.trouble)) == (None, 1)


async def test_while_a_region_flickers_the_release_stays(press: Any, second: Any, brain: Path, edit: Any):
    """The copy still has the release before."""
    second.point(second.release(brain))
    edit("release.yaml", "1.2.3", "2")
    press.release(brain)
    press.point(press.release(brain), sequence=2)
    library, seen = _library(press, second), set()
    for _ in range(3):
        await library.refresh()
        seen.add(library.current().release.version)
        press.root.rename(press.root.with_name("gone"))
        await library.refresh()
        seen.add(library.current().release.version)
        press.root.with_name("gone").rename(press.root)
    assert seen == {"2"}


async def test_an_unchanged_pointer_has_an_unchanged_fingerprint(press: Any, brain: Path):
    press.point(press.release(brain))
    store = DepotStore([press.depot], trust=press.trust)
    assert await store.fingerprint() == await store.fingerprint()


async def test_what_is_away_has_no_fingerprint(press: Any):
    with pytest.raises(StoreUnavailableError):
        await DepotStore([press.depot], trust=press.trust).fingerprint()


def test_a_pointer_has_its_canonical_form(press: Any):
    press.point("a" * 64, sequence=3, before=("b" * 64,))
    assert (press.root / "current").read_bytes() == Pointer("a" * 64, 3, ("b" * 64,)).written()
