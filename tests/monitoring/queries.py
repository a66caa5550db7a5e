"""Every PromQL expression that is written anywhere, and what it reads."""

import json
from collections.abc import Iterator
from pathlib import Path

import promql_parser
import yaml

__all__ = ["DASHBOARDS", "MONITORING", "alerts", "expressions", "recorded", "selectors"]

MONITORING = Path(__file__).parents[2] / "deploy/monitoring"
DASHBOARDS = sorted((MONITORING / "grafana/dashboards").glob("*.json"))
_RULES = sorted((MONITORING / "prometheus/rules").glob("*.yml"))


def rules() -> Iterator[dict]:
    for path in _RULES:
        for group in yaml.safe_load(path.read_text())["groups"]:
            yield from group["rules"]


def alerts() -> list[dict]:
    return [rule for rule in rules() if "alert" in rule]


def recorded() -> set[str]:
    return {rule["record"] for rule in rules() if "record" in rule}


def expressions() -> Iterator[tuple[str, str]]:
    """Where each stands, and the expression."""
    for rule in rules():
        yield rule.get("alert") or rule["record"], rule["expr"]
    for path in DASHBOARDS:
        for panel in json.loads(path.read_text())["panels"]:
            for target in panel["targets"]:
                yield f"{path.stem}: {panel['title']}", target["expr"]


def selectors(expression: str) -> list[promql_parser.VectorSelector]:
    """Raises ValueError for what is no PromQL."""
    found = []

    def visit(node: object) -> None:
        if isinstance(node, promql_parser.VectorSelector):
            found.append(node)

    promql_parser.walk(promql_parser.parse(expression), visit)
    return found
