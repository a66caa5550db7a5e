"""What operators see of the pipeline; labels are bounded and start at zero."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from pcf_generator.domain.build import BuildState
from pcf_generator.domain.stage import Stage

OUTCOMES = ("succeeded", "recalled", "stopped", "timed_out", "failed")
ENTRIES = ("delivered", "set_aside")
"""What becomes of audit entries; `set_aside` should stay zero."""
LOOKUPS = ("hit", "miss", "fault", "resting", "unsealable")
"""What comes of asking Redis for a shared result; `unsealable` counts those of another key beside their `hit`."""
COMPILATIONS = ("compiled", "refused", "failed")
"""What comes of a compilation; `refused` counts code that does not compile, and should stay zero."""
SETTLED = (BuildState.SUCCEEDED, BuildState.FAILED, BuildState.NEEDS_INPUT)
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class PipelineMetrics:
    """Implements `BuildObserver`, `CompilerObserver` and `DeliveryObserver`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._durations = Histogram(
            "pcf_stage_duration_seconds",
            "How long a stage took.",
            ["stage"],
            buckets=BUCKETS,
            registry=registry,
        )
        self._stages = Counter("pcf_stages", "Stages by how they ended.", ["stage", "outcome"], registry=registry)
        self._builds = Counter("pcf_builds_settled", "Builds by how they settled.", ["state"], registry=registry)
        self._entries = Counter(
            "pcf_audit_entries", "Audit entries by what became of them.", ["outcome"], registry=registry
        )
        self.queue_depth = Gauge("pcf_queue_depth", "Builds that wait to be claimed.", registry=registry)
        self.outbox_depth = Gauge("pcf_audit_outbox_depth", "Audit entries not yet delivered.", registry=registry)
        self._lookups = Counter(
            "pcf_result_lookups", "Shared results asked of Redis, by what came of it.", ["outcome"], registry=registry
        )
        self._artifacts_up = Gauge(
            "pcf_artifact_store_up",
            "Whether the artifact store answers; builds wait while it does not.",
            registry=registry,
        )
        self._compilations = Counter(
            "pcf_compilations", "Compilations by what came of them.", ["outcome"], registry=registry
        )
        self._compile_durations = Histogram(
            "pcf_compilation_duration_seconds",
            "How long a compilation took, waiting for its turn included.",
            buckets=BUCKETS,
            registry=registry,
        )
        self.compiler_installed = Gauge(
            "pcf_compiler_installed",
            "Whether this instance has compilers; without, it makes sources only.",
            registry=registry,
        )
        self._artifacts_up.set(1)
        for outcome in COMPILATIONS:
            self._compilations.labels(outcome)
        for outcome in LOOKUPS:
            self._lookups.labels(outcome)
        for stage in Stage:
            self._durations.labels(stage.value)
            for outcome in OUTCOMES:
                self._stages.labels(stage.value, outcome)
        for state in SETTLED:
            self._builds.labels(state.value)
        for outcome in ENTRIES:
            self._entries.labels(outcome)

    def stage_ended(self, stage: Stage, outcome: str, duration_s: float) -> None:
        self._durations.labels(stage.value).observe(duration_s)
        self._stages.labels(stage.value, outcome).inc()

    def build_settled(self, state: BuildState) -> None:
        self._builds.labels(state.value).inc()

    def entries_delivered(self, count: int) -> None:
        self._entries.labels("delivered").inc(count)

    def looked_up(self, outcome: str) -> None:
        """Redis was asked for a shared result."""
        self._lookups.labels(outcome).inc()

    def artifacts_up(self, up: bool) -> None:  # noqa: FBT001 - what a probe found
        """The artifact store was asked whether it is there."""
        self._artifacts_up.set(up)

    def compiled(self, outcome: str, duration_s: float) -> None:
        self._compilations.labels(outcome).inc()
        self._compile_durations.observe(duration_s)

    def entry_set_aside(self) -> None:
        self._entries.labels("set_aside").inc()
