"""The few kinds of panel that the dashboards are made of, as Grafana's JSON."""

from dataclasses import dataclass
from typing import Any, Final

DATASOURCE: Final = {"type": "prometheus", "uid": "${datasource}"}
_COLUMNS: Final = 24
_SCHEMA_VERSION: Final = 39


@dataclass(frozen=True, slots=True)
class Query:
    """PromQL, and what its series are called (`{{label}}` stands for a label's value)."""

    expr: str
    legend: str = "__auto"


@dataclass(frozen=True, slots=True)
class Panel:
    """A graph over time, or with `stat` the newest value as a number; `limit` is where it turns red."""

    title: str
    queries: tuple[Query, ...]
    unit: str = "short"
    stat: bool = False
    limit: float | None = None
    width: int = 12


def graph(title: str, *queries: Query, unit: str = "short", limit: float | None = None) -> Panel:
    return Panel(title, queries, unit, limit=limit)


def number(title: str, expr: str, *, unit: str = "short", limit: float | None = None) -> Panel:
    return Panel(title, (Query(expr),), unit, stat=True, limit=limit, width=6)


def dashboard(uid: str, title: str, panels: tuple[Panel, ...]) -> dict[str, Any]:
    """A dashboard with its panels laid out in rows from left to right."""
    return {
        "uid": uid,
        "title": title,
        "tags": ["pcf-builder"],
        "timezone": "utc",
        "schemaVersion": _SCHEMA_VERSION,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [_datasource()]},
        "links": [_links()],
        "panels": _laid_out(panels),
    }


def _datasource() -> dict[str, Any]:
    return {"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Prometheus"}


def _links() -> dict[str, Any]:
    return {
        "title": "PCF Builder",
        "type": "dashboards",
        "tags": ["pcf-builder"],
        "asDropdown": True,
        "icon": "dashboard",
        "includeVars": True,
        "keepTime": True,
        "targetBlank": False,
        "tooltip": "",
        "url": "",
    }


def _laid_out(panels: tuple[Panel, ...]) -> list[dict[str, Any]]:
    placed = []
    x = y = height = 0
    for number_, panel in enumerate(panels, start=1):
        if x + panel.width > _COLUMNS:
            x, y, height = 0, y + height, 0
        own = 4 if panel.stat else 8
        placed.append(_panel(panel, number_, {"x": x, "y": y, "w": panel.width, "h": own}))
        x, height = x + panel.width, max(height, own)
    return placed


def _panel(panel: Panel, number_: int, place: dict[str, int]) -> dict[str, Any]:
    steps: list[dict[str, Any]] = [{"color": "green", "value": 0}]
    if panel.limit is not None:
        steps.append({"color": "red", "value": panel.limit})
    thresholds = {"mode": "absolute", "steps": steps}
    custom = {} if panel.stat else {"thresholdsStyle": {"mode": "off" if panel.limit is None else "line"}}
    return {
        "id": number_,
        "type": "stat" if panel.stat else "timeseries",
        "title": panel.title,
        "gridPos": place,
        "datasource": DATASOURCE,
        "targets": [_target(query, letter) for query, letter in zip(panel.queries, "ABCDEF", strict=False)],
        "fieldConfig": {
            "defaults": {"unit": panel.unit, "thresholds": thresholds, "custom": custom},
            "overrides": [],
        },
        "options": {} if panel.stat else {"tooltip": {"mode": "multi", "sort": "desc"}},
    }


def _target(query: Query, letter: str) -> dict[str, Any]:
    return {
        "refId": letter,
        "datasource": DATASOURCE,
        "expr": query.expr,
        "legendFormat": query.legend,
        "exemplar": True,
    }
