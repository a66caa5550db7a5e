"""What Prometheus reads about exports."""

from prometheus_client import CollectorRegistry, Counter, Gauge

__all__ = ["ExportMetrics"]


class ExportMetrics:
    """Alert when the failures rise, or when the log grows away from what is exported."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._exported = Gauge(
            "pcf_audit_exported_events",
            "Events of the log that are in the archive, from the first on.",
            registry=registry,
        )
        self._failures = Counter(
            "pcf_audit_export_failures_total", "Runs of the export that were ended by an error.", registry=registry
        )

    def exported(self, events: int) -> None:
        self._exported.set(events)

    def failed(self) -> None:
        self._failures.inc()
