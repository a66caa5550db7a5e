"""What this service counts, beside its calls. Labels are few and exist from the start, at zero."""

from functools import partial
from typing import Literal, get_args

from prometheus_client import CollectorRegistry, Counter, Gauge

from pcf_brain.domain.task import Task
from pcf_brain.library import Library, Refresh
from pcf_brain.ports import Clock
from pcf_brain.regions import Regions

SharedLookup = Literal["hit", "miss", "fault", "resting"]
"""What came of a call to the cache that instances share: `resting` while it is left alone after a fault."""


class BrainMetrics:
    """The brain's own counters."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        routed = Counter("pcf_brain_routed_tasks", "Tasks routed.", ["task"], registry=registry)
        lookups = Counter("pcf_brain_cache_lookups", "Files looked up in the cache.", ["result"], registry=registry)
        shared = Counter("pcf_brain_shared_cache_lookups", "Calls to the shared cache.", ["result"], registry=registry)
        refreshes = Counter(
            "pcf_brain_refreshes", "Looks at the store, by what came of them.", ["outcome"], registry=registry
        )
        # Bound once: finding a label's counter costs more than counting.
        self._routed = {task: routed.labels(task.value) for task in Task}
        self._hits, self._misses = lookups.labels("hit"), lookups.labels("miss")
        self._shared = {result: shared.labels(result) for result in get_args(SharedLookup)}
        self._refreshes = {outcome: refreshes.labels(outcome.value) for outcome in Refresh}

    def routed(self, task: Task) -> None:
        self._routed[task].inc()

    def found(self, files: int) -> None:
        """Count files that the cache held."""
        self._hits.inc(files)

    def missed(self) -> None:
        """Count a file that the cache did not hold."""
        self._misses.inc()

    def shared_lookup(self, result: SharedLookup) -> None:
        self._shared[result].inc()

    def refreshed(self, outcome: Refresh) -> None:
        self._refreshes[outcome].inc()

    def follow(self, library: Library, *, now: Clock) -> None:
        """Tell how long ago the current release was loaded, and whether newer files are refused."""

        def age_s() -> float:
            loaded = library.loaded
            return (now() - loaded.release.load_time).total_seconds() if loaded else 0.0

        age = Gauge(
            "pcf_brain_release_age_seconds",
            "Time since the current release was loaded; 0 while there is none.",
            registry=self._registry,
        )
        age.set_function(age_s)
        trouble = Gauge(
            "pcf_brain_store_problems",
            "Problems of the store or its files; while there are any, the last good release is served or none.",
            registry=self._registry,
        )
        trouble.set_function(lambda: float(len(library.trouble)))

    def follow_regions(self, regions: Regions) -> None:
        """Tell which region gave the pointer last, and how often that was moved."""
        region = Gauge(
            "pcf_brain_region",
            "1 for the region whose pointer is followed; both are 0 while none answers.",
            ["region"],
            registry=self._registry,
        )
        for number, name in enumerate(("first", "second")):
            region.labels(name).set_function(partial(_is_followed, regions, number))
        sequence = Gauge(
            "pcf_brain_pointer_sequence",
            "Moves of the pointer that was seen last; instances that differ for long do not see the same release.",
            registry=self._registry,
        )
        sequence.set_function(lambda: float(regions.answer.pointer.sequence if regions.answer else 0))


def _is_followed(regions: Regions, number: int) -> float:
    answer = regions.answer
    return float(answer is not None and not regions.is_away and answer.region == number)
