import asyncio
import logging
import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from pcf_brain.adapters.folder_store import FolderStore
from pcf_brain.adapters.memory_snapshot import MemorySnapshot
from pcf_brain.library import Library, Refresh
from pcf_brain.metrics import BrainMetrics
from pcf_brain.ports import StoreUnavailableError
from pcf_brain.reload import Follower
from pcf_runtime.testing import FakeClock
from prometheus_client import CollectorRegistry


class Pauses:
    """Sleeps no time; does something while it should, and gives up after the last thing."""

    def __init__(self, *happenings: Callable[[], object]) -> None:
        self._happenings = list(happenings)
        self.lengths: list[float] = []

    async def __call__(self, seconds: float) -> None:
        self.lengths.append(seconds)
        if not self._happenings:
            raise asyncio.CancelledError
        self._happenings.pop(0)()


Sleep = Callable[[float], Awaitable[None]]


def _follower(brain: Path, metrics: BrainMetrics, *, interval_s: float, sleep: Sleep) -> tuple[Follower, Library]:
    library = Library(FolderStore(brain), now=FakeClock().now, kept=3)
    return Follower(library, metrics=metrics, interval_s=interval_s, loaded=_told, sleep=sleep), library


async def _told() -> None:
    pass


def _nothing() -> None:
    pass


async def _run(follower: Follower) -> None:
    with pytest.raises(asyncio.CancelledError):
        await follower.run()


async def test_a_change_is_picked_up_at_the_next_look(brain: Path, metrics: BrainMetrics):
    pauses = Pauses(_nothing, lambda: (brain / "release.yaml").write_text("version: two"))
    follower, library = _follower(brain, metrics, interval_s=2, sleep=pauses)
    await follower.look()
    await _run(follower)
    assert library.current().release.version == "two"
    assert pauses.lengths == [2, 2, 2]


async def test_a_new_release_is_announced_and_a_refused_one_is_not(brain: Path, metrics: BrainMetrics):
    announced: list[str] = []
    library = Library(FolderStore(brain), now=FakeClock().now, kept=3)

    async def announce() -> None:
        announced.append(library.current().release.version)

    follower = Follower(library, metrics=metrics, interval_s=2, loaded=announce)
    await follower.look()
    (brain / "release.yaml").write_text("version: 2")
    await follower.look()
    (brain / "release.yaml").write_text("version: three")
    await follower.look()
    assert announced == ["1.2.3", "three"]


async def test_a_broken_change_is_logged_once_with_what_is_wrong(
    brain: Path, metrics: BrainMetrics, caplog: pytest.LogCaptureFixture
):
    pauses = Pauses((brain / "release.yaml").unlink, _nothing, _nothing)
    follower, library = _follower(brain, metrics, interval_s=2, sleep=pauses)
    await follower.look()
    await _run(follower)
    (record,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    told = (record.getMessage(), record.__dict__["pcf.problems"], record.__dict__["pcf.release_served"])
    assert told == ("release refused", ["release.yaml: is missing"], library.current().release.name)


async def test_a_repaired_folder_is_served_again(brain: Path, metrics: BrainMetrics):
    def repair() -> None:
        (brain / "release.yaml").write_text("version: repaired")

    pauses = Pauses((brain / "release.yaml").unlink, repair)
    follower, library = _follower(brain, metrics, interval_s=2, sleep=pauses)
    await follower.look()
    await _run(follower)
    assert library.current().release.version == "repaired"


async def test_with_polling_off_a_good_release_is_followed_by_nothing(brain: Path, metrics: BrainMetrics):
    pauses = Pauses()
    follower, _ = _follower(brain, metrics, interval_s=0, sleep=pauses)
    await follower.look()
    await follower.run()
    assert pauses.lengths == []


async def test_with_polling_off_a_folder_that_comes_late_is_found(brain: Path, metrics: BrainMetrics):
    away = brain.with_name("away")
    pauses = Pauses(_nothing, lambda: away.rename(brain))
    follower, library = _follower(brain, metrics, interval_s=0, sleep=pauses)
    shutil.move(brain, away)
    await follower.look()
    await follower.run()
    assert library.current().release.version == "1.2.3"
    assert pauses.lengths == [5, 5]


async def test_looks_are_counted_by_what_came_of_them(brain: Path, metrics: BrainMetrics, registry: CollectorRegistry):
    pauses = Pauses(_nothing, (brain / "release.yaml").unlink)
    follower, _ = _follower(brain, metrics, interval_s=2, sleep=pauses)
    await follower.look()
    await _run(follower)
    counted = {
        outcome.value: registry.get_sample_value("pcf_brain_refreshes_total", {"outcome": outcome.value})
        for outcome in Refresh
    }
    assert counted == {"unchanged": 1, "loaded": 1, "refused": 1, "unsettled": 0, "unreachable": 0}


class Flickering:
    """A store that is away when it is told so."""

    def __init__(self, store: FolderStore) -> None:
        self._store = store
        self.is_away = False

    async def fingerprint(self) -> str:
        if self.is_away:
            raise StoreUnavailableError("it is not reached")
        return await self._store.fingerprint()

    async def open(self) -> MemorySnapshot:
        return await self._store.open()


async def test_a_store_that_is_away_is_told_when_that_begins_and_ends(
    brain: Path, metrics: BrainMetrics, registry: CollectorRegistry, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.INFO)
    store = Flickering(FolderStore(brain))
    library = Library(store, now=FakeClock().now, kept=3)
    metrics.follow(library, now=FakeClock().now)
    follower = Follower(library, metrics=metrics, interval_s=2, loaded=_told)
    problems = []
    for away in (False, True, True, False, False):
        store.is_away = away
        await follower.look()
        problems.append(registry.get_sample_value("pcf_brain_store_problems"))
    assert [record.getMessage() for record in caplog.records] == ["release loaded", "store degraded", "store in order"]
    assert problems == [0, 1, 1, 0, 0]
    assert caplog.records[1].__dict__["pcf.problems"] == ["store: it is not reached"]
