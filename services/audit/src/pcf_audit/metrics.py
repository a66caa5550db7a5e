"""What Prometheus reads about the log, beside the calls that the runtime counts."""

from collections import Counter as Counts
from collections.abc import Iterable
from typing import Final

from pcf_runtime import trace_context
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from pcf_audit.domain.event import Event, Outcome

__all__ = ["AuditMetrics"]

_BUCKETS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_VALID: Final = "valid"
_BROKEN: Final = "broken"


class AuditMetrics:
    """Every series exists from the start, at zero. Alert on any verification that ends `broken`."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._appended = Counter("pcf_audit_events_appended_total", "Events stored.", ["outcome"], registry=registry)
        self._duplicates = Counter(
            "pcf_audit_events_duplicate_total", "Events that were in the log already.", registry=registry
        )
        self._append_duration = Histogram(
            "pcf_audit_append_duration_seconds",
            "Time from a call's events to their being durable, waiting for other calls included.",
            buckets=_BUCKETS_S,
            registry=registry,
        )
        self._log_size = Gauge("pcf_audit_log_events", "Events in the log.", registry=registry)
        self._verifications = Counter(
            "pcf_audit_verifications_total", "Verifications of the whole log.", ["result"], registry=registry
        )
        for outcome in Outcome:
            self._appended.labels(outcome.value)
        for result in (_VALID, _BROKEN):
            self._verifications.labels(result)

    def stored(self, events: Iterable[Event], *, event_count: int) -> None:
        """Count what one transaction added, and what the log holds after it."""
        for outcome, count in Counts(event.outcome for event in events).items():
            self._appended.labels(outcome.value).inc(count)
        self._log_size.set(event_count)

    def duplicates(self, count: int) -> None:
        self._duplicates.inc(count)

    def answered(self, seconds: float) -> None:
        """Count the time of one append that was stored."""
        self._append_duration.observe(seconds, trace_context.exemplar())

    def log_size(self, event_count: int) -> None:
        self._log_size.set(event_count)

    def verified(self, *, valid: bool) -> None:
        self._verifications.labels(_VALID if valid else _BROKEN).inc()
