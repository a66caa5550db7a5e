"""Keeps spans with OpenTelemetry's SDK and sends them by OTLP over gRPC. Slow to load: only where there is an endpoint.

Sending happens in a thread of its own, out of a bounded queue: a collector that is away costs spans and a log line.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from threading import Lock
from typing import Any, Final

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace import Span as SdkSpan
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import TraceFlags, TraceState
from prometheus_client import CollectorRegistry, Counter

from pcf_runtime.trace_context import PARENT_KEY, STATE_KEY, Kind, Span, Value
from pcf_runtime.tracing.span_counter import span_counter

__all__ = ["Otlp"]

_QUEUE: Final = 4_096
_BATCH: Final = 512
_DELAY_MS: Final = 1_000
_CALL_S: Final = 5.0
_KINDS: Final[Mapping[Kind, trace.SpanKind]] = {
    "internal": trace.SpanKind.INTERNAL,
    "server": trace.SpanKind.SERVER,
    "client": trace.SpanKind.CLIENT,
    "producer": trace.SpanKind.PRODUCER,
    "consumer": trace.SpanKind.CONSUMER,
}
# They repeat themselves while a collector is away; `_Exporter` says it once.
_LOUD: Final = ("opentelemetry.exporter.otlp.proto.grpc.exporter", "opentelemetry.sdk._shared_internal")
_logger: Final = logging.getLogger(__name__)


class Otlp:
    """Implements `Recorder`; the endpoint is `http://host:4317`, or `https://…` with TLS."""

    def __init__(self, endpoint: str, *, service: str, version: str, registry: CollectorRegistry) -> None:
        for name in _LOUD:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        spans = span_counter(registry)
        self._sender = OTLPSpanExporter(endpoint, insecure=not endpoint.startswith("https://"), timeout=_CALL_S)
        self._processor = _Bounded(self._sender, spans)
        # Nothing about the host, nor what else of the environment the SDK would tell.
        resource = Resource({SERVICE_NAME: f"pcf-{service}", SERVICE_VERSION: version})
        self._provider = TracerProvider(sampler=ALWAYS_ON, resource=resource, shutdown_on_exit=False)
        self._provider.add_span_processor(self._processor)
        self._tracer = self._provider.get_tracer("pcf")

    def start(
        self, name: str, kind: Kind, attributes: Mapping[str, Value], *, parent: Mapping[str, str], links: Sequence[str]
    ) -> Span:
        above = _remote(parent[PARENT_KEY], parent.get(STATE_KEY, "")) if parent else None
        context = trace.set_span_in_context(trace.NonRecordingSpan(above)) if above else Context()
        linked = [trace.Link(_remote(each)) for each in links]
        span = self._tracer.start_span(name, context, _KINDS[kind], dict(attributes), linked)
        return _Recorded(self._tracer, span)

    def close(self) -> None:
        """Send what waits; blocks, for as long as a collector may take."""
        self._provider.shutdown()

    def give_up(self) -> None:
        """End a `close` in another thread that takes too long."""
        self._sender.shutdown()


class _Recorded:
    """Implements `Span`."""

    def __init__(self, tracer: trace.Tracer, span: trace.Span) -> None:
        self._tracer = tracer
        self._span = span
        known = span.get_span_context()
        state = known.trace_state.to_header()
        self.headers: Mapping[str, str] = {
            PARENT_KEY: f"00-{known.trace_id:032x}-{known.span_id:016x}-01",
            **({STATE_KEY: state} if state else {}),
        }

    def child(self, name: str, kind: Kind, attributes: Mapping[str, Value]) -> Span:
        context = trace.set_span_in_context(self._span, Context())
        return _Recorded(self._tracer, self._tracer.start_span(name, context, _KINDS[kind], dict(attributes)))

    def rename(self, name: str) -> None:
        self._span.update_name(name)

    def set(self, name: str, value: Value) -> None:
        self._span.set_attribute(name, value)

    def fail(self, kind: str) -> None:
        self._span.set_attribute("error.type", kind)
        self._span.set_status(trace.StatusCode.ERROR)

    def end(self) -> None:
        self._span.end()


class _Bounded(SpanProcessor):
    """Lets no more spans wait than the queue holds, and counts those it turns away."""

    def __init__(self, sender: SpanExporter, spans: Counter) -> None:
        self._spans = spans
        self._waiting = 0
        self._lock = Lock()
        exporter = _Exporter(sender, spans, taken=self._taken)
        self._batches = BatchSpanProcessor(
            exporter, max_queue_size=_QUEUE, max_export_batch_size=_BATCH, schedule_delay_millis=_DELAY_MS
        )

    def on_start(self, span: SdkSpan, parent_context: Any = None) -> None:
        """Nothing is done with spans that go on."""

    def on_end(self, span: ReadableSpan) -> None:
        with self._lock:
            fits = self._waiting < _QUEUE
            self._waiting += fits
        if fits:
            self._batches.on_end(span)
        else:
            self._spans.labels("dropped").inc()

    def shutdown(self) -> None:
        self._batches.shutdown()  # type: ignore[no-untyped-call]

    def force_flush(self, timeout_millis: int | None = None) -> bool:
        return self._batches.force_flush(timeout_millis)

    def _taken(self, count: int) -> None:
        with self._lock:
            self._waiting -= count


class _Exporter(SpanExporter):
    """Counts what arrives, and says once that nothing does."""

    def __init__(self, sender: SpanExporter, spans: Counter, *, taken: Callable[[int], None]) -> None:
        self._sender = sender
        self._spans = spans
        self._taken = taken
        self._is_away = False

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        self._taken(len(spans))
        result = SpanExportResult.FAILURE
        try:
            result = self._sender.export(spans)
        finally:
            self._told(result, len(spans))
        return result

    def shutdown(self) -> None:
        self._sender.shutdown()

    def _told(self, result: SpanExportResult, count: int) -> None:
        is_away = result is not SpanExportResult.SUCCESS
        self._spans.labels("failed" if is_away else "exported").inc(count)
        if is_away and not self._is_away:
            _logger.warning("traces are not taken by the collector")
        elif self._is_away and not is_away:
            _logger.info("traces are taken again")
        self._is_away = is_away


def _remote(traceparent: str, state: str = "") -> trace.SpanContext:
    _, trace_id, span_id, flags = traceparent.split("-")
    return trace.SpanContext(
        int(trace_id, 16),
        int(span_id, 16),
        is_remote=True,
        trace_flags=TraceFlags(int(flags, 16)),
        trace_state=TraceState.from_header([state] if state else []),
    )
