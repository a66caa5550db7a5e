"""Dashboards that look across the services: overview, promises, money, machines."""

from deploy.monitoring.grafana.edge import BY_CLASS
from deploy.monitoring.grafana.panels import Panel, Query, graph, number
from deploy.monitoring.prometheus.slo import SLOS, Slo

_LAG = (
    "sum by (job) (rate(pcf_event_loop_lag_seconds_sum[5m]))"
    " / sum by (job) (rate(pcf_event_loop_lag_seconds_count[5m]))"
)
_IN_USE = 'pcf_database_connections{state="used"} / ignoring (state) pcf_database_connections{state="max"}'
OVERVIEW = (
    number("Firing pages", 'count(ALERTS{alertstate="firing",severity="page"}) or vector(0)', limit=1),
    number("Firing tickets", 'count(ALERTS{alertstate="firing",severity="ticket"}) or vector(0)', limit=1),
    number("Builds that wait", "max(pcf_queue_depth)", limit=200),
    number("Requests a second", "sum(route:pcf_http_requests:rate5m)", unit="reqps"),
    graph(
        "Instances that answer", Query('sum by (job) (up{job=~"gateway|generator|brain|audit|envoy|node"})', "{{job}}")
    ),
    graph("Versions", Query("count by (service, version) (pcf_build_info)", "{{service}} {{version}}")),
    graph("Promises broken, share", Query("slo:errors:ratio_rate1h", "{{slo}}"), unit="percentunit"),
    graph("Builds settled a minute", Query("60 * sum by (state) (rate(pcf_builds_settled_total[5m]))", "{{state}}")),
    graph(
        "Alerts that fire",
        Query('sum by (alertname, service) (ALERTS{alertstate="firing"})', "{{service}} {{alertname}}"),
    ),
    graph("Event loops, late by", Query(_LAG, "{{job}}"), unit="s", limit=0.25),
    graph("Database connections in use, share", Query(_IN_USE, "{{job}} {{instance}}"), unit="percentunit", limit=0.9),
    graph("Spans", Query("sum by (outcome) (rate(pcf_trace_spans_total[5m]))", "{{outcome}}")),
    graph("Faults of calls", Query("sum by (job) (rpc:pcf_rpc_errors:rate5m)", "{{job}}"), unit="reqps"),
    graph("Edge: requests by class", BY_CLASS, unit="reqps"),
    graph(
        "Edge: healthy members",
        Query("sum by (envoy_cluster_name) (envoy_cluster_membership_healthy)", "{{envoy_cluster_name}}"),
    ),
)

_NAMED = "{{provider}}/{{model}}"
_PER_MODEL = "sum by (provider, model)"
COST = (
    number("Dollars in a day", "sum(increase(pcf_model_cost_dollars_total[1d]))", unit="currencyUSD"),
    number("Dollars in an hour", "sum(increase(pcf_model_cost_dollars_total[1h]))", unit="currencyUSD", limit=20),
    number(
        "Dollars a settled build",
        "sum(increase(pcf_model_cost_dollars_total[1d])) / sum(increase(pcf_builds_settled_total[1d]))",
        unit="currencyUSD",
    ),
    number("Open circuits", "count(pcf_model_breaker == 2) or vector(0)", limit=1),
    graph(
        "Dollars an hour",
        Query(f"{_PER_MODEL} (increase(pcf_model_cost_dollars_total[1h]))", _NAMED),
        unit="currencyUSD",
    ),
    graph(
        "Tokens a minute",
        Query("60 * sum by (model, direction) (rate(pcf_model_tokens_total[5m]))", "{{model}} {{direction}}"),
    ),
    graph("Calls by outcome", Query("sum by (outcome) (rate(pcf_model_calls_total[5m]))", "{{outcome}}"), unit="reqps"),
    graph(
        "Call time, 95 of 100",
        Query(
            "histogram_quantile(0.95, sum by (provider, model, le) (rate(pcf_model_call_duration_seconds_bucket[5m])))",
            _NAMED,
        ),
        unit="s",
    ),
    graph("Circuits: 0 closed, 1 half open, 2 open", Query("max by (provider, model) (pcf_model_breaker)", _NAMED)),
    graph(
        "Second tries and retries denied",
        Query("sum by (outcome) (rate(pcf_model_hedges_total[5m]))", "hedge {{outcome}}"),
        Query("sum(rate(pcf_model_retries_denied_total[5m]))", "retries denied"),
    ),
)

_DISKS = 'fstype!~"tmpfs|overlay|squashfs"'
NODE = (
    graph(
        "Processors, share busy",
        Query('1 - avg by (node) (rate(node_cpu_seconds_total{mode="idle"}[5m]))', "{{node}}"),
        unit="percentunit",
        limit=0.9,
    ),
    graph(
        "Memory, share available",
        Query("node_memory_MemAvailable_bytes / node_memory_MemTotal_bytes", "{{node}}"),
        unit="percentunit",
    ),
    graph(
        "Disks, share free",
        Query(f"node_filesystem_avail_bytes{{{_DISKS}}} / node_filesystem_size_bytes", "{{node}} {{mountpoint}}"),
        unit="percentunit",
    ),
    graph("Load", Query("node_load5", "{{node}}")),
    graph(
        "Disks, bytes a second",
        Query("sum by (node) (rate(node_disk_read_bytes_total[5m]))", "{{node}} read"),
        Query("sum by (node) (rate(node_disk_written_bytes_total[5m]))", "{{node}} written"),
        unit="Bps",
    ),
    graph(
        "Network, bytes a second",
        Query('sum by (node) (rate(node_network_receive_bytes_total{device!="lo"}[5m]))', "{{node}} in"),
        Query('sum by (node) (rate(node_network_transmit_bytes_total{device!="lo"}[5m]))', "{{node}} out"),
        unit="Bps",
    ),
)


def _promise(slo: Slo) -> tuple[Panel, ...]:
    budget = round(1 - slo.objective, 6)
    ratio = f'slo:errors:ratio_rate{{}}{{{{slo="{slo.name}"}}}}'
    burns = tuple(Query(f"{ratio.format(window)} / {budget}", window) for window in ("5m", "1h", "6h", "3d"))
    kept = f"1 - {ratio.format('3d')}"
    return (
        number(f"{slo.name}: kept in three days", kept, unit="percentunit"),
        Panel(slo.promise, burns, limit=1, width=18),
    )


SLO = tuple(panel for slo in SLOS for panel in _promise(slo))
