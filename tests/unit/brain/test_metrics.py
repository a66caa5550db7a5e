from pathlib import Path
from typing import Any

import pytest
from pcf_brain.adapters.folder_store import FolderStore
from pcf_brain.domain.task import Task
from pcf_brain.library import Library, Refresh
from pcf_brain.metrics import BrainMetrics
from pcf_brain.ports import StoreUnavailableError
from pcf_brain.regions import Regions
from pcf_runtime.testing import FakeClock
from prometheus_client import CollectorRegistry


def test_every_series_exists_from_the_start_at_zero(metrics: BrainMetrics, registry: CollectorRegistry):
    series = [("pcf_brain_routed_tasks_total", {"task": task.value}) for task in Task]
    series += [("pcf_brain_cache_lookups_total", {"result": each}) for each in ("hit", "miss")]
    series += [("pcf_brain_refreshes_total", {"outcome": outcome.value}) for outcome in Refresh]
    series += [
        ("pcf_brain_shared_cache_lookups_total", {"result": each}) for each in ("hit", "miss", "fault", "resting")
    ]
    assert [0] * len(series) == [registry.get_sample_value(name, labels) for name, labels in series]


async def test_the_age_of_the_release_is_told(brain: Path, metrics: BrainMetrics, registry: CollectorRegistry):
    clock = FakeClock()
    library = Library(FolderStore(brain), now=clock.now, kept=1)
    metrics.follow(library, now=clock.now)
    before = registry.get_sample_value("pcf_brain_release_age_seconds")
    await library.refresh()
    clock.advance(90)
    assert [before, registry.get_sample_value("pcf_brain_release_age_seconds")] == [0, 90]


async def test_problems_of_refused_files_are_told(brain: Path, metrics: BrainMetrics, registry: CollectorRegistry):
    library = Library(FolderStore(brain), now=FakeClock().now, kept=1)
    metrics.follow(library, now=FakeClock().now)
    (brain / "release.yaml").unlink()
    await library.refresh()
    assert registry.get_sample_value("pcf_brain_store_problems") == 1


async def test_the_region_and_the_move_are_told(
    press: Any, second: Any, brain: Path, metrics: BrainMetrics, registry: CollectorRegistry
):
    second.point(press.release(brain), sequence=7)
    regions = Regions([press.depot, second.depot])
    metrics.follow_regions(regions)

    def told() -> list[float | None]:
        labels = [{"region": name} for name in ("first", "second")]
        values = [registry.get_sample_value("pcf_brain_region", each) for each in labels]
        return [*values, registry.get_sample_value("pcf_brain_pointer_sequence")]

    seen = [told()]
    await regions.ask()
    seen.append(told())
    press.point(press.release(brain), sequence=8)
    await regions.ask()
    seen.append(told())
    assert seen == [[0, 0, 0], [0, 1, 7], [1, 0, 8]]


async def test_while_no_region_answers_none_is_followed(
    press: Any, brain: Path, metrics: BrainMetrics, registry: CollectorRegistry
):
    press.point(press.release(brain))
    regions = Regions([press.depot])
    metrics.follow_regions(regions)
    await regions.ask()
    press.root.rename(press.root.with_name("gone"))
    with pytest.raises(StoreUnavailableError):
        await regions.ask()
    assert registry.get_sample_value("pcf_brain_region", {"region": "first"}) == 0
