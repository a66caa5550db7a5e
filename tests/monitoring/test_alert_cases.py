"""Prometheus' own unit tests of the rules: one thing breaks, and the right alerts fire, and no others."""

import subprocess
from collections import Counter
from pathlib import Path

import pytest
import yaml

from tests.monitoring.programs import program
from tests.monitoring.queries import MONITORING, alerts

# 0x240 is no number here.
CASES = yaml.load(Path(__file__).with_name("alert_cases.yml").read_text(), yaml.BaseLoader)  # noqa: S506 - it makes text of everything
RULES = sorted((MONITORING / "prometheus/rules").glob("*.yml"))
FIRING = 'count by (alertname, severity, service) (ALERTS{alertstate="firing"})'


def document(case):
    series = CASES["calm"] | case.get("series", {})
    test = {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [
            {"expr": FIRING, "eval_time": case.get("at", "3h"), "exp_samples": [sample(*each) for each in fired(case)]}
        ],
    }
    return yaml.safe_dump({"rule_files": list(map(str, RULES)), "evaluation_interval": "1m", "tests": [test]})


def fired(case):
    return Counter(case["fires"]).items()


def sample(alert, times):
    name, severity, service = alert.split()
    return {"labels": f'{{alertname="{name}",severity="{severity}",service="{service}"}}', "value": times}


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES["cases"], ids=lambda case: case["what"])
def test_what_breaks_fires_its_alerts_and_no_others(case, tmp_path):
    path = tmp_path / "case.yml"
    path.write_text(document(case))
    ran = subprocess.run([program("promtool"), "test", "rules", path], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_every_alert_has_its_case():
    tried = {alert.rsplit(maxsplit=1)[0] for case in CASES["cases"] for alert in case["fires"]}
    assert {f"{rule['alert']} {rule['labels']['severity']}" for rule in alerts()} == tried
