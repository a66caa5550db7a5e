"""Every dashboard by the name of its file."""

from typing import Any, Final

from deploy.monitoring.grafana import edge, services, wholes
from deploy.monitoring.grafana.panels import Panel, dashboard

_BOARDS: Final[dict[str, tuple[str, tuple[Panel, ...]]]] = {
    "overview": ("Overview", wholes.OVERVIEW),
    "edge": ("Edge", edge.EDGE),
    "gateway": ("Gateway", services.GATEWAY),
    "generator": ("Generator", services.GENERATOR),
    "brain": ("Brain", services.BRAIN),
    "audit": ("Audit log", services.AUDIT),
    "model-cost": ("Language models and money", wholes.COST),
    "slo": ("Promises", wholes.SLO),
    "node": ("Machines", wholes.NODE),
}


def boards() -> dict[str, dict[str, Any]]:
    return {
        name: dashboard(f"pcf-{name}", f"PCF Builder: {title}", panels) for name, (title, panels) in _BOARDS.items()
    }
