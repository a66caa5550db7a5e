"""What this service counts, beside its calls. Labels are few and exist from the start, at zero."""

from prometheus_client import CollectorRegistry, Counter, Gauge

from pcf_brain.domain.task import Task
from pcf_brain.library import Library, Refresh
from pcf_brain.ports import Clock


class BrainMetrics:
    """The brain's own counters."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry
        routed = Counter("pcf_brain_routed_tasks", "Tasks routed.", ["task"], registry=registry)
        lookups = Counter("pcf_brain_cache_lookups", "Files looked up in the cache.", ["result"], registry=registry)
        refreshes = Counter(
            "pcf_brain_refreshes", "Looks at the store, by what came of them.", ["outcome"], registry=registry
        )
        # Bound once: finding a label's counter costs more than counting.
        self._routed = {task: routed.labels(task.value) for task in Task}
        self._hits, self._misses = lookups.labels("hit"), lookups.labels("miss")
        self._refreshes = {outcome: refreshes.labels(outcome.value) for outcome in Refresh}

    def routed(self, task: Task) -> None:
        self._routed[task].inc()

    def found(self, files: int) -> None:
        """Count files that the cache held."""
        self._hits.inc(files)

    def missed(self) -> None:
        """Count a file that the cache did not hold."""
        self._misses.inc()

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
            "Problems of the files in the store; while there are any, an older release is served or none.",
            registry=self._registry,
        )
        trouble.set_function(lambda: float(len(library.trouble)))
