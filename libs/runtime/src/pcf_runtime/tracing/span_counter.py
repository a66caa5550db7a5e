"""How many spans got to the collector."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter

__all__ = ["span_counter"]

_OUTCOMES: Final = ("exported", "dropped", "failed")
"""`dropped` for want of room in the queue, `failed` for want of a collector that takes them."""


def span_counter(registry: CollectorRegistry) -> Counter:
    """Counts spans by outcome, each series there from the start."""
    spans = Counter("pcf_trace_spans", "Spans by what became of them.", ["outcome"], registry=registry)
    for outcome in _OUTCOMES:
        spans.labels(outcome)
    return spans
