"""Dashboards of the four services."""

from deploy.monitoring.grafana.panels import Panel, Query, graph, number

_CODES = 'sum by (code) (rate(pcf_http_requests_total{route!~"/healthz|/readyz|/metrics"}[5m]))'


def rpcs(job: str) -> tuple[Panel, ...]:
    """Rate, errors and duration of a service's rpcs."""
    return (
        graph("Calls a second", Query(f'rpc:pcf_rpc_finished:rate5m{{job="{job}"}}', "{{rpc}}"), unit="reqps"),
        graph("Faults a second", Query(f'rpc:pcf_rpc_errors:rate5m{{job="{job}"}} > 0', "{{rpc}}"), unit="reqps"),
        graph("Time, 99 of 100", Query(f'rpc:pcf_rpc_duration_seconds:p99{{job="{job}"}}', "{{rpc}}"), unit="s"),
        graph("Being worked on", Query(f'sum by (rpc) (pcf_rpc_in_flight{{job="{job}"}})', "{{rpc}}")),
    )


GATEWAY = (
    number("Requests a second", "sum(route:pcf_http_requests:rate5m)", unit="reqps"),
    number("Being worked on", "sum(pcf_http_requests_in_flight)"),
    number("5xx a second", "sum(route:pcf_http_errors:rate5m)", unit="reqps", limit=0.1),
    number("Instances", 'sum(up{job="gateway"})'),
    graph("Requests by code", Query(_CODES, "{{code}}"), unit="reqps"),
    graph("5xx by route", Query("route:pcf_http_errors:rate5m > 0", "{{method}} {{route}}"), unit="reqps"),
    graph(
        "Time, 99 of 100",
        Query("route:pcf_http_request_duration_seconds:p99", "{{method}} {{route}}"),
        unit="s",
        limit=1,
    ),
    graph("Time, half", Query("route:pcf_http_request_duration_seconds:p50", "{{method}} {{route}}"), unit="s"),
    graph(
        "Calls behind it that failed", Query('rpc:pcf_rpc_client_errors:rate5m{job="gateway"}', "{{rpc}}"), unit="reqps"
    ),
    graph(
        "Refused by a limit", Query("sum by (limit) (rate(pcf_http_limited_total[5m])) > 0", "{{limit}}"), unit="reqps"
    ),
    graph("Limits shared by all gateways", Query("min by (instance) (pcf_limits_store_up)", "{{instance}}")),
    graph("Changes of keys that wait for the audit log", Query("max(pcf_gateway_audit_outbox_depth)", "changes")),
)

GENERATOR = (
    number("Builds that wait", "max(pcf_queue_depth)", limit=200),
    number("Audit entries that wait", "max(pcf_audit_outbox_depth)", limit=100),
    number("Artifact store", "max(pcf_artifact_store_up)"),
    number("Instances without compilers", "count(pcf_compiler_installed == 0) or vector(0)", limit=1),
    graph("Builds settled a minute", Query("60 * sum by (state) (rate(pcf_builds_settled_total[5m]))", "{{state}}")),
    graph("Queue and outbox", Query("max(pcf_queue_depth)", "queue"), Query("max(pcf_audit_outbox_depth)", "outbox")),
    graph("Stage time, 99 of 100", Query("stage:pcf_stage_duration_seconds:p99", "{{stage}}"), unit="s"),
    graph(
        "Stages that did not succeed",
        Query(
            'sum by (stage, outcome) (rate(pcf_stages_total{outcome!~"succeeded|recalled"}[5m])) > 0',
            "{{stage}} {{outcome}}",
        ),
    ),
    graph("Compilations", Query("sum by (outcome) (rate(pcf_compilations_total[5m]))", "{{outcome}}")),
    graph(
        "Compilation time, 99 of 100",
        Query("histogram_quantile(0.99, sum by (le) (rate(pcf_compilation_duration_seconds_bucket[5m])))", "p99"),
        unit="s",
        limit=1,
    ),
    graph(
        "Longest waits",
        Query("max(pcf_queue_oldest_seconds)", "build"),
        Query("max(pcf_audit_outbox_oldest_seconds)", "audit entry"),
        unit="s",
    ),
    graph(
        "From acceptance to end",
        Query("histogram_quantile(0.99, sum by (le) (rate(pcf_build_duration_seconds_bucket[5m])))", "99 of 100"),
        Query("histogram_quantile(0.5, sum by (le) (rate(pcf_build_duration_seconds_bucket[5m])))", "half"),
        unit="s",
    ),
    graph(
        "Builds taken over an hour", Query("sum by (instance) (increase(pcf_leases_lost_total[1h]))", "{{instance}}")
    ),
    graph("Builds refused", Query("sum by (reason) (rate(pcf_builds_refused_total[5m]))", "{{reason}}")),
    graph("Shared results", Query("sum by (outcome) (rate(pcf_result_lookups_total[5m]))", "{{outcome}}")),
    graph("Audit entries", Query("sum by (outcome) (rate(pcf_audit_entries_total[5m]))", "{{outcome}}")),
    *rpcs("generator"),
)

BRAIN = (
    number("Release loaded", "min(pcf_brain_release_age_seconds)", unit="s"),
    number("Problems of the store", "max(pcf_brain_store_problems)", limit=1),
    number("Move of the pointer", "max(pcf_brain_pointer_sequence)"),
    number("Instances", 'sum(up{job="brain"})'),
    graph("Tasks routed", Query("sum by (task) (rate(pcf_brain_routed_tasks_total[5m]))", "{{task}}"), unit="reqps"),
    graph("Own cache", Query("sum by (result) (rate(pcf_brain_cache_lookups_total[5m]))", "{{result}}")),
    graph("Shared cache", Query("sum by (result) (rate(pcf_brain_shared_cache_lookups_total[5m]))", "{{result}}")),
    graph("Looks at the store", Query("sum by (outcome) (rate(pcf_brain_refreshes_total[5m]))", "{{outcome}}")),
    graph("Pointer, by instance", Query("pcf_brain_pointer_sequence", "{{instance}}")),
    graph("Region followed", Query("max by (region) (pcf_brain_region)", "{{region}}")),
    *rpcs("brain"),
)

AUDIT = (
    number("Events", "max(pcf_audit_log_events)"),
    number("In no archive", "max(pcf_audit_log_events) - max(pcf_audit_exported_events)", limit=131072),
    number(
        "Broken verifications in a day", 'sum(increase(pcf_audit_verifications_total{result="broken"}[1d]))', limit=1
    ),
    number("Failed exports in a day", "sum(increase(pcf_audit_export_failures_total[1d]))", limit=1),
    graph("Events stored", Query("sum by (outcome) (rate(pcf_audit_events_appended_total[5m]))", "{{outcome}}")),
    graph("Sent twice", Query("sum(rate(pcf_audit_events_duplicate_total[5m]))", "duplicates")),
    graph(
        "Append time",
        Query(
            "histogram_quantile(0.99, sum by (le) (rate(pcf_audit_append_duration_seconds_bucket[5m])))", "99 of 100"
        ),
        Query("histogram_quantile(0.5, sum by (le) (rate(pcf_audit_append_duration_seconds_bucket[5m])))", "half"),
        unit="s",
        limit=1,
    ),
    graph("Verifications", Query("sum by (result) (increase(pcf_audit_verifications_total[1h]))", "{{result}}")),
    *rpcs("audit"),
)
