"""The dashboard of Envoy: what comes, what is refused and why, how near its limits it is."""

from typing import Final

from deploy.monitoring.grafana.panels import Panel, Query, graph, number

__all__ = ["BY_CLASS", "EDGE"]

_OUTSIDE: Final = 'envoy_http_conn_manager_prefix=~"secure|quic"'
BY_CLASS: Final = Query(
    f"sum by (envoy_response_code_class) (rate(envoy_http_downstream_rq_xx{{{_OUTSIDE}}}[5m]))",
    "{{envoy_response_code_class}}xx",
)
_ADAPTIVE: Final = "envoy_http_adaptive_concurrency_gradient_controller"
_MONITORS: Final = "envoy_overload_envoy_resource_monitors"

EDGE: Final[tuple[Panel, ...]] = (
    number("Requests a second", f"sum(rate(envoy_http_downstream_rq_total{{{_OUTSIDE}}}[5m]))", unit="reqps"),
    number("Connections", "sum(envoy_listener_downstream_cx_active)", limit=16000),
    number("Memory, share of what it may have", f"max({_MONITORS}_fixed_heap_pressure)", unit="percent", limit=80),
    number("Days until a certificate ends", "min(envoy_server_days_until_first_cert_expiring)"),
    graph("Requests by class", BY_CLASS, unit="reqps"),
    graph(
        "Refused as too much",
        Query(f"sum(rate({_ADAPTIVE}_rq_blocked[5m]))", "slow answers"),
        Query("sum(rate(envoy_http_downstream_rq_overload_close[5m]))", "no memory"),
        Query("sum(rate(envoy_cluster_upstream_rq_pending_overflow[5m]))", "breakers"),
        Query("sum(rate(envoy_http_local_rate_limit_rate_limited[5m]))", "rate limits"),
        unit="reqps",
    ),
    graph(
        "At once: let in, and what may be",
        Query(f"sum by (instance) (envoy_http_downstream_rq_active{{{_OUTSIDE}}})", "{{instance}}"),
        Query(
            f'max by (instance) ({_ADAPTIVE}_concurrency_limit{{envoy_http_conn_manager_prefix="secure"}})',
            "{{instance}} at most",
        ),
    ),
    graph(
        "Connections turned away",
        Query("sum(rate(envoy_listener_downstream_global_cx_overflow[5m]))", "too many"),
        Query("sum(rate(envoy_listener_downstream_cx_overload_reject[5m]))", "no memory"),
        unit="cps",
    ),
    graph(
        "Healthy members",
        Query("sum by (envoy_cluster_name) (envoy_cluster_membership_healthy)", "{{envoy_cluster_name}}"),
    ),
    graph(
        "Breakers that opened",
        Query(
            "sum by (envoy_cluster_name) (rate(envoy_cluster_upstream_rq_pending_overflow[5m]))",
            "{{envoy_cluster_name}}",
        ),
        unit="reqps",
    ),
    graph(
        "Sent again",
        Query("sum by (envoy_cluster_name) (rate(envoy_cluster_upstream_rq_retry[5m]))", "{{envoy_cluster_name}}"),
        unit="reqps",
    ),
)
