"""Series by route, all at zero from the start, and none for what clients invent."""

from pcf_gateway.http_metrics import HttpMetrics
from prometheus_client import CollectorRegistry


def test_an_expected_series_is_there_at_zero():
    registry = CollectorRegistry()
    HttpMetrics(registry).expect("/v1/x", ["GET"], [200, 404])

    labels = {"method": "GET", "route": "/v1/x", "code": "404"}
    assert registry.get_sample_value("pcf_http_requests_total", labels) == 0


def test_a_request_is_in_flight_until_it_is_finished():
    registry = CollectorRegistry()
    metrics = HttpMetrics(registry)
    metrics.started()
    assert registry.get_sample_value("pcf_http_requests_in_flight") == 1

    metrics.finished(method="GET", route="/v1/x", code=200, seconds=0.002)

    assert registry.get_sample_value("pcf_http_requests_in_flight") == 0
    labels = {"method": "GET", "route": "/v1/x"}
    assert registry.get_sample_value("pcf_http_request_duration_seconds_count", labels) == 1


def test_an_invented_method_makes_no_series_of_its_own():
    registry = CollectorRegistry()
    metrics = HttpMetrics(registry)
    metrics.started()
    metrics.finished(method="BREW", route="unmatched", code=404, seconds=0.1)

    labels = {"method": "OTHER", "route": "unmatched", "code": "404"}
    assert registry.get_sample_value("pcf_http_requests_total", labels) == 1
