"""What operators see of the pipeline; labels are bounded and start at zero."""

from collections.abc import Iterable

from pcf_runtime import trace_context
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from pcf_generator.domain.build import Build, BuildState
from pcf_generator.domain.stage import Stage
from pcf_generator.models.breakers import BreakerState
from pcf_generator.models.failures import FailureKind
from pcf_generator.models.money import Spent

OUTCOMES = ("succeeded", "recalled", "stopped", "timed_out", "failed")
ENTRIES = ("delivered", "set_aside")
"""What becomes of audit entries; `set_aside` should stay zero."""
LOOKUPS = ("hit", "miss", "fault", "resting", "unsealable")
"""What comes of asking Redis for a shared result; `unsealable` counts those of another key beside their `hit`."""
QUEUES = ("QUEUE_FULL", "TENANT_QUEUE_FULL")
COMPILATIONS = ("compiled", "refused", "failed")
"""What comes of a compilation; `refused` counts code that does not compile, and should stay zero."""
SETTLED = (BuildState.SUCCEEDED, BuildState.FAILED, BuildState.NEEDS_INPUT)
ATTEMPTS = ("answered", *(kind.value for kind in FailureKind), "cancelled", "unsent")
"""What comes of asking a language model once; `unsent` for want of money."""
HEDGES = ("won", "lost")
BREAKER_STATES = (BreakerState.CLOSED, BreakerState.HALF_OPEN, BreakerState.OPEN)
"""By the number that stands for them."""
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

BUILD_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0)


class PipelineMetrics:
    """Implements `BuildObserver`, `LeaseObserver`, `RefusalObserver`, `CompilerObserver` and `DeliveryObserver`."""

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
        self.tenants_waiting = Gauge("pcf_queue_tenants", "Tenants whose builds wait to be claimed.", registry=registry)
        self._refused = Counter(
            "pcf_builds_refused", "Builds not let in, by which queue was full.", ["reason"], registry=registry
        )
        self.queue_age = Gauge(
            "pcf_queue_oldest_seconds", "How long the build that is next of its tenant has waited.", registry=registry
        )
        self._leases_lost = Counter(
            "pcf_leases_lost", "Builds taken over because whoever ran them let the lease run out.", registry=registry
        )
        self._build_durations = Histogram(
            "pcf_build_duration_seconds",
            "Time from a build's acceptance to its end, of those that asked nothing.",
            buckets=BUILD_BUCKETS,
            registry=registry,
        )
        self.outbox_depth = Gauge("pcf_audit_outbox_depth", "Audit entries not yet delivered.", registry=registry)
        self.outbox_age = Gauge(
            "pcf_audit_outbox_oldest_seconds", "How long the oldest audit entry has waited.", registry=registry
        )
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
        for reason in QUEUES:
            self._refused.labels(reason)
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
        self._durations.labels(stage.value).observe(duration_s, trace_context.exemplar())
        self._stages.labels(stage.value, outcome).inc()

    def build_settled(self, build: Build) -> None:
        self._builds.labels(build.state.value).inc()
        if build.end_time is not None and not build.answers:
            # Not `end_time`: that is this machine's, and stores have a clock of their own.
            took = build.update_time - build.create_time
            self._build_durations.observe(took.total_seconds(), trace_context.exemplar())

    def lease_lost(self) -> None:
        self._leases_lost.inc()

    def build_refused(self, *, of_tenant: bool) -> None:
        self._refused.labels("TENANT_QUEUE_FULL" if of_tenant else "QUEUE_FULL").inc()

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


class ModelMetrics:
    """Implements `RouterObserver`; provider and model are those of the settings, and no others ever come."""

    def __init__(self, registry: CollectorRegistry, models: Iterable[tuple[str, str]]) -> None:
        names = ["provider", "model"]
        self._calls = Counter(
            "pcf_model_calls",
            "Attempts to ask a language model, by what came of them.",
            [*names, "outcome"],
            registry=registry,
        )
        self._durations = Histogram(
            "pcf_model_call_duration_seconds",
            "How long an attempt took, as whoever waited for it saw it.",
            names,
            buckets=(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0, 60.0),
            registry=registry,
        )
        self._tokens = Counter(
            "pcf_model_tokens", "Tokens as the provider counts them.", [*names, "direction"], registry=registry
        )
        self._cost = Counter("pcf_model_cost_dollars", "What calls have cost.", names, registry=registry)
        self._breakers = Gauge(
            "pcf_model_breaker",
            "How the circuit of a model stands: 0 closed, 1 half open, 2 open.",
            names,
            registry=registry,
        )
        self._denied = Counter("pcf_model_retries_denied", "Retries that the budget did not allow.", registry=registry)
        self._hedges = Counter(
            "pcf_model_hedges", "Second tries beside a slow first, by which answered.", ["outcome"], registry=registry
        )
        for outcome in HEDGES:
            self._hedges.labels(outcome)
        for model in models:
            for outcome in ATTEMPTS:
                self._calls.labels(*model, outcome)
            for direction in ("input", "output"):
                self._tokens.labels(*model, direction)
            self._durations.labels(*model)
            self._cost.labels(*model)
            self._breakers.labels(*model)

    def called(self, provider: str, model: str, outcome: str, latency_s: float) -> None:
        self._calls.labels(provider, model, outcome).inc()
        self._durations.labels(provider, model).observe(latency_s, trace_context.exemplar())

    def spent(self, spent: Spent) -> None:
        self._tokens.labels(spent.provider, spent.model, "input").inc(spent.usage.input_tokens)
        self._tokens.labels(spent.provider, spent.model, "output").inc(spent.usage.output_tokens)
        self._cost.labels(spent.provider, spent.model).inc(spent.cost_micros / 1e6)

    def breaker(self, provider: str, model: str, state: BreakerState) -> None:
        self._breakers.labels(provider, model).set(BREAKER_STATES.index(state))

    def retry_denied(self) -> None:
        self._denied.inc()

    def hedged(self, *, won: bool) -> None:
        self._hedges.labels("won" if won else "lost").inc()
