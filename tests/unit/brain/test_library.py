import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest
from pcf_brain.adapters.folder_store import FolderStore
from pcf_brain.adapters.memory_snapshot import MemorySnapshot
from pcf_brain.library import Library, Refresh
from pcf_brain.ports import StoreUnavailableError
from pcf_runtime.errors import FailedPrecondition, NotFound, Unavailable
from pcf_runtime.testing import FakeClock, expect_error

Edit = Callable[[str, str, str], None]


@pytest.fixture
def library(brain: Path) -> Library:
    return Library(FolderStore(brain), now=FakeClock().now, kept=3)


def _version(brain: Path, version: str) -> None:
    (brain / "release.yaml").write_text(f'version: "{version}"\n')


async def _publish(library: Library, brain: Path, version: str) -> str:
    _version(brain, version)
    assert await library.refresh() is Refresh.LOADED
    return library.current().release.name


async def test_the_first_look_loads(library: Library):
    assert await library.refresh() is Refresh.LOADED
    assert library.current().release.version == "1.2.3"


async def test_a_second_look_finds_nothing_new(library: Library):
    await library.refresh()
    assert await library.refresh() is Refresh.UNCHANGED


async def test_files_that_were_only_touched_make_no_new_release(library: Library, brain: Path):
    await library.refresh()
    before = library.current()
    (brain / "release.yaml").touch()
    assert await library.refresh() is Refresh.UNCHANGED
    assert before is library.current()


async def test_a_changed_folder_makes_another_release_current(library: Library, brain: Path):
    first = await _publish(library, brain, "1")
    second = await _publish(library, brain, "2")
    assert first != second


async def test_a_broken_change_keeps_the_last_good_release(library: Library, brain: Path):
    name = await _publish(library, brain, "1")
    (brain / "intent/lexicon/en.yaml").unlink()
    assert await library.refresh() is Refresh.REFUSED
    assert (name, name) == (library.current().release.name, library.pinned("").release.name)


async def test_what_is_wrong_is_told_until_it_is_put_right(library: Library, brain: Path):
    await library.refresh()
    (brain / "intent/lexicon/en.yaml").unlink()
    await library.refresh()
    assert [problem.path for problem in library.trouble] == ["intent/lexicon/en.yaml"]
    (brain / "intent/lexicon/en.yaml").write_text("language: en")
    await library.refresh()
    assert library.trouble == ()


async def test_a_broken_folder_is_not_judged_again_until_it_changes(library: Library, brain: Path):
    (brain / "release.yaml").unlink()
    assert await library.refresh() is Refresh.REFUSED
    assert await library.refresh() is Refresh.UNCHANGED


async def test_without_a_release_there_is_nothing_to_serve(library: Library, brain: Path):
    (brain / "release.yaml").unlink()
    await library.refresh()
    with expect_error(Unavailable, reason="NO_RELEASE") as caught:
        library.current()
    assert "release.yaml: is missing" in str(caught.error)


async def test_before_the_first_look_there_is_nothing_to_serve(library: Library):
    with expect_error(Unavailable, reason="NO_RELEASE"):
        library.pinned("")


async def test_an_earlier_release_stays_whole_for_those_pinned_to_it(library: Library, brain: Path):
    first = await _publish(library, brain, "1")
    await _publish(library, brain, "2")
    content = await library.pinned(first).snapshot.read("release.yaml")
    assert content == b'version: "1"\n'


async def test_the_last_few_are_kept_and_no_more(library: Library, brain: Path):
    names = [await _publish(library, brain, str(number)) for number in range(4)]
    assert names[1:] == [library.pinned(name).release.name for name in names[1:]]
    with expect_error(FailedPrecondition, reason="RELEASE_GONE"):
        library.pinned(names[0])


async def test_failed_attempts_push_no_good_release_out(library: Library, brain: Path):
    name = await _publish(library, brain, "1")
    for number in range(10):
        (brain / "release.yaml").write_text("x" * number)
        await library.refresh()
    assert await library.pinned(name).snapshot.read("release.yaml") == b'version: "1"\n'


async def test_a_return_to_an_earlier_release_makes_it_the_newest(library: Library, brain: Path):
    first = await _publish(library, brain, "1")
    for version in ("2", "1", "3", "4"):
        await _publish(library, brain, version)
    assert library.pinned(first).release.version == "1"


async def test_a_release_is_found_by_name(library: Library, brain: Path):
    name = await _publish(library, brain, "1")
    assert [name, name] == [library.named(each).release.name for each in (name, "releases/current")]


async def test_a_release_that_never_was_is_not_found(library: Library):
    await library.refresh()
    with expect_error(NotFound, reason="RELEASE_NOT_FOUND"):
        library.named("releases/0123456789abcdef")


class ChangingStore:
    """A store that is written to while it is read."""

    def __init__(self, store: FolderStore) -> None:
        self._store = store
        self.disturb: Callable[[], object] = lambda: None

    async def fingerprint(self) -> str:
        return await self._store.fingerprint()

    async def open(self) -> MemorySnapshot:
        snapshot = await self._store.open()
        self.disturb()
        return snapshot


async def test_what_was_read_while_it_changed_is_never_served(brain: Path):
    """Half of the files might be of before, half of after."""
    store = ChangingStore(FolderStore(brain))
    store.disturb = lambda: _version(brain, "2")
    library = Library(store, now=FakeClock().now, kept=3)
    assert await library.refresh() is Refresh.UNSETTLED
    store.disturb = lambda: None
    assert await library.refresh() is Refresh.LOADED
    assert library.current().release.version == "2"


async def test_a_watcher_gets_the_current_release_at_once_and_each_that_follows(library: Library, brain: Path):
    await _publish(library, brain, "1")
    watch = library.watch(until=asyncio.Event())
    seen = [(await anext(watch)).version]
    for version in ("2", "3"):
        waiting = asyncio.ensure_future(anext(watch))
        await asyncio.sleep(0)
        assert not waiting.done()
        await _publish(library, brain, version)
        seen.append((await waiting).version)
    assert seen == ["1", "2", "3"]


async def test_a_watcher_that_comes_first_waits_for_the_first_release(library: Library, brain: Path):
    waiting = asyncio.ensure_future(anext(library.watch(until=asyncio.Event())))
    await _publish(library, brain, "1")
    assert (await waiting).version == "1"


async def test_a_slow_watcher_skips_what_is_past(library: Library, brain: Path):
    await _publish(library, brain, "1")
    watch = library.watch(until=asyncio.Event())
    await anext(watch)
    await _publish(library, brain, "2")
    await _publish(library, brain, "3")
    assert (await anext(watch)).version == "3"


async def test_a_refused_change_wakes_no_watcher(library: Library, brain: Path):
    await _publish(library, brain, "1")
    watch = library.watch(until=asyncio.Event())
    await anext(watch)
    waiting = asyncio.ensure_future(anext(watch))
    (brain / "release.yaml").unlink()
    await library.refresh()
    assert not waiting.done()
    waiting.cancel()


async def test_a_watch_ends_when_the_service_leaves(library: Library, brain: Path):
    await _publish(library, brain, "1")
    leaving = asyncio.Event()
    watch = library.watch(until=leaving)
    await anext(watch)
    waiting = asyncio.ensure_future(anext(watch, "the end"))
    leaving.set()
    assert await waiting == "the end"


class AwayStore(ChangingStore):
    """A store that may be away, each time for another reason."""

    def __init__(self, store: FolderStore) -> None:
        super().__init__(store)
        self.reasons: list[str] = []

    async def fingerprint(self) -> str:
        if self.reasons:
            raise StoreUnavailableError(self.reasons.pop(0))
        return await super().fingerprint()


async def test_while_the_store_is_away_the_last_good_release_is_served(brain: Path):
    store = AwayStore(FolderStore(brain))
    library = Library(store, now=FakeClock().now, kept=3)
    name = await _publish(library, brain, "1")
    store.reasons = ["it hangs", "it is not reached"]
    told = [(await library.refresh(), [str(problem) for problem in library.trouble]) for _ in range(3)]
    away = (Refresh.UNREACHABLE, ["store: it hangs"])
    assert told == [away, away, (Refresh.UNCHANGED, [])]
    assert name == library.current().release.name


async def test_what_is_refused_is_still_told_while_the_store_is_away(brain: Path):
    store = AwayStore(FolderStore(brain))
    library = Library(store, now=FakeClock().now, kept=3)
    (brain / "release.yaml").unlink()
    await library.refresh()
    store.reasons = ["it hangs"]
    await library.refresh()
    assert [problem.path for problem in library.trouble] == ["store", "release.yaml"]


async def test_a_store_that_goes_while_it_is_read_is_away(brain: Path):
    store = AwayStore(FolderStore(brain))
    store.disturb = lambda: store.reasons.append("it hangs")
    library = Library(store, now=FakeClock().now, kept=3)
    assert await library.refresh() is Refresh.UNREACHABLE
    store.disturb = lambda: None
    assert await library.refresh() is Refresh.LOADED
