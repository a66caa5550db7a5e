"""Prometheus and Alertmanager take our files, and an alert goes where it should."""

import subprocess

import pytest

from tests.monitoring.programs import program
from tests.monitoring.queries import MONITORING

ROUTING = MONITORING / "alertmanager/alertmanager.yml"


def said(name, *arguments):
    ran = subprocess.run(
        [program(name), *arguments], cwd=MONITORING / "prometheus", capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_prometheus_takes_its_configuration_and_rules():
    assert "FAILED" not in said("promtool", "check", "config", "prometheus.yml")


def test_alertmanager_takes_its_configuration():
    assert "SUCCESS" in said("amtool", "check-config", ROUTING)


@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        (["severity=page", "service=generator"], "pagerduty"),
        (["severity=page", "service=node", "node=n1"], "pagerduty"),
        (["severity=ticket", "service=audit"], "slack"),
        (["service=gateway"], "slack"),
    ],
)
def test_a_page_goes_to_pagerduty_and_all_else_to_slack(labels, receiver):
    assert said("amtool", "config", "routes", "test", f"--config.file={ROUTING}", *labels).split() == [receiver]
