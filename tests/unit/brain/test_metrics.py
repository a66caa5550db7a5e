from pathlib import Path

from pcf_brain.adapters.folder_store import FolderStore
from pcf_brain.domain.task import Task
from pcf_brain.library import Library
from pcf_brain.metrics import BrainMetrics
from pcf_runtime.testing import FakeClock
from prometheus_client import CollectorRegistry


def test_every_series_exists_from_the_start_at_zero(metrics: BrainMetrics, registry: CollectorRegistry):
    series = [("pcf_brain_routed_tasks_total", {"task": task.value}) for task in Task]
    series += [("pcf_brain_cache_lookups_total", {"result": each}) for each in ("hit", "miss")]
    series += [
        ("pcf_brain_refreshes_total", {"outcome": each}) for each in ("unchanged", "loaded", "refused", "unsettled")
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
