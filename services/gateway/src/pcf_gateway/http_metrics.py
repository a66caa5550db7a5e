"""What Prometheus reads of the REST surface: rate, errors and duration, each series there from the start."""

from collections.abc import Iterable
from typing import Final

from pcf_runtime import trace_context
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

UNMATCHED: Final = "unmatched"
_OTHER_METHOD: Final = "OTHER"
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_PER_ROUTE: Final = ("method", "route")


def method_of(method: str) -> str:
    """The method, or one name for all that a client may invent: a series for each would fill the memory."""
    return method if method in _METHODS else _OTHER_METHOD


class HttpMetrics:
    """Counts and times requests by the route's template, never by the path that was asked for."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = Counter(
            "pcf_http_requests_total", "Requests answered.", (*_PER_ROUTE, "code"), registry=registry
        )
        self._duration = Histogram(
            "pcf_http_request_duration_seconds",
            "Time from the request to the end of its response.",
            _PER_ROUTE,
            buckets=_BUCKETS,
            registry=registry,
        )
        # Read when it is scraped, so that a request only adds to a number.
        self._running = 0
        in_flight = Gauge("pcf_http_requests_in_flight", "Requests being worked on.", registry=registry)
        in_flight.set_function(lambda: self._running)
        # Finding a labelled series costs more than counting, and they are few.
        self._counters: dict[tuple[str, str, int], Counter] = {}
        self._timers: dict[tuple[str, str], Histogram] = {}

    def expect(self, route: str, methods: Iterable[str], codes: Iterable[int]) -> None:
        """Make every series of a route, at zero."""
        known = tuple(codes)
        for method in methods:
            self._timer(method, route)
            for code in known:
                self._counter(method, route, code)

    def started(self) -> None:
        self._running += 1

    def finished(self, *, method: str, route: str, code: int, seconds: float) -> None:
        known = method_of(method)
        self._running -= 1
        self._counter(known, route, code).inc()
        self._timer(known, route).observe(seconds, trace_context.exemplar())

    def _counter(self, method: str, route: str, code: int) -> Counter:
        key = (method, route, code)
        found = self._counters.get(key)
        if found is None:
            found = self._counters[key] = self._requests.labels(method, route, str(code))
        return found

    def _timer(self, method: str, route: str) -> Histogram:
        key = (method, route)
        found = self._timers.get(key)
        if found is None:
            found = self._timers[key] = self._duration.labels(method, route)
        return found
