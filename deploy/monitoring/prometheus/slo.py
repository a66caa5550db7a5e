"""What we promise, and the rules that tell how fast the promise is being used up.

Each promise leaves a budget of errors for 30 days. Burning at 1x uses it up in exactly those; the windows and factors
are those of Google's SRE workbook: a page for 2 % of the budget in an hour or 5 % in six, a ticket for 10 % in three
days or in one. The short window of each pair makes an alert end soon after what caused it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

WINDOWS: Final = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
PAGE: Final = ((14.4, "1h", "5m"), (6.0, "6h", "30m"))
TICKET: Final = ((3.0, "1d", "2h"), (1.0, "3d", "6h"))

_REST: Final = 'route!~"/healthz|/readyz|/metrics"'
# Streams and downloads last as long as builds and clients' lines do.
_QUICK: Final = 'route!~"/healthz|/readyz|/metrics|.*/events|.*/artifacts/.*|/v1/audit/log"'


@dataclass(frozen=True, slots=True)
class Slo:
    """One promise; `errors` is the share that broke it, with `$w` for the window."""

    name: str
    service: str
    objective: float
    promise: str
    errors: str

    @property
    def alert(self) -> str:
        return "".join(part.capitalize() for part in self.name.split("-"))


SLOS: Final = (
    Slo(
        "rest-availability",
        "gateway",
        0.999,
        "99.9 % of requests are not answered with 5xx",
        f'sum(rate(pcf_http_requests_total{{code=~"5..",{_REST}}}[$w]))'
        f" / sum(rate(pcf_http_requests_total{{{_REST}}}[$w]))",
    ),
    Slo(
        "rest-latency",
        "gateway",
        0.99,
        "99 % of requests, streams and downloads apart, are answered within a second",
        f'1 - sum(rate(pcf_http_request_duration_seconds_bucket{{le="1.0",{_QUICK}}}[$w]))'
        f" / sum(rate(pcf_http_request_duration_seconds_count{{{_QUICK}}}[$w]))",
    ),
    Slo(
        "build-success",
        "generator",
        0.99,
        "99 % of the builds that do not wait for their maker succeed",
        'sum(rate(pcf_builds_settled_total{state="failed"}[$w]))'
        ' / sum(rate(pcf_builds_settled_total{state=~"failed|succeeded"}[$w]))',
    ),
    Slo(
        "audit-append",
        "audit",
        0.999,
        "99.9 % of appends to the audit log are durable within a second",
        '1 - sum(rate(pcf_audit_append_duration_seconds_bucket{le="1.0"}[$w]))'
        " / sum(rate(pcf_audit_append_duration_seconds_count[$w]))",
    ),
    Slo(
        "audit-lag",
        "generator",
        0.99,
        "99 % of the time fewer than 100 audit entries wait to be delivered",
        "avg_over_time((max(pcf_audit_outbox_depth) >= bool 100)[$w:1m])",
    ),
)


def rules() -> dict[str, Any]:
    """The rule file."""
    recorded = [_recorded(slo, window) for slo in SLOS for window in WINDOWS]
    alerts = [alert for slo in SLOS for alert in (_alert(slo, PAGE, "page"), _alert(slo, TICKET, "ticket"))]
    return {"groups": [{"name": "slo-ratios", "rules": recorded}, {"name": "slo-burn", "rules": alerts}]}


def _recorded(slo: Slo, window: str) -> dict[str, Any]:
    return {
        "record": f"slo:errors:ratio_rate{window}",
        "expr": slo.errors.replace("$w", window),
        "labels": {"slo": slo.name, "service": slo.service},
    }


def _alert(slo: Slo, burns: Sequence[tuple[float, str, str]], severity: str) -> dict[str, Any]:
    alert = f"{slo.alert}Burns{'Fast' if severity == 'page' else 'Slowly'}"
    budget = round(1 - slo.objective, 6)
    return {
        "alert": alert,
        "expr": " or ".join(
            f"({_ratio(slo, long)} > {factor} * {budget} and {_ratio(slo, short)} > {factor} * {budget})"
            for factor, long, short in burns
        ),
        "labels": {"severity": severity},
        "annotations": {
            "summary": f"The budget of {slo.name} burns {'fast' if severity == 'page' else 'slowly'}",
            "description": f"Promised: {slo.promise}. Lately {{{{ $value | humanizePercentage }}}} broke it.",
            "runbook": f"docs/operations.md#{alert.lower()}",
        },
    }


def _ratio(slo: Slo, window: str) -> str:
    return f'slo:errors:ratio_rate{window}{{slo="{slo.name}"}}'
