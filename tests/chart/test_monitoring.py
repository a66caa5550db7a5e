"""What watches a cluster is what is tested elsewhere, and it scales as it was simulated."""

import json
import subprocess
import sys

import promql_parser
import pytest
import yaml

from tests.chart import charts
from tests.chart.charts import ROOT, Manifest

_MONITORING = ROOT / "deploy/monitoring"


def test_the_rules_are_the_tested_ones():
    (rules,) = (each["spec"] for each in charts.render("values-production.yaml") if each["kind"] == "PrometheusRule")

    tested = [yaml.safe_load(file.read_text()) for file in sorted(_MONITORING.glob("prometheus/rules/*.yml"))]
    assert [group for each in tested for group in each["groups"]] == rules["groups"]


def test_the_dashboards_are_the_tested_ones():
    rendered = [each for each in charts.render("values-production.yaml") if "-dashboard-" in each["metadata"]["name"]]

    found = {name: json.loads(text) for each in rendered for name, text in each["data"].items()}
    tested = _MONITORING.glob("grafana/dashboards/*.json")
    assert {file.name: json.loads(file.read_text()) for file in tested} == found
    assert {"1"} == {each["metadata"]["labels"]["grafana_dashboard"] for each in rendered}


def test_each_service_is_watched_under_the_name_that_the_rules_have():
    manifests = charts.render("values-production.yaml")
    monitors = [each["spec"] for each in manifests if each["kind"] == "ServiceMonitor"]
    services = [each for each in manifests if each["kind"] == "Service"]

    assert ["gateway", "generator", "brain", "audit", "envoy"] == [_job(each) for each in monitors]
    for monitor in monitors:
        (watched,) = (each for each in services if _selects(monitor, each))
        assert "metrics" in {port["name"] for port in watched["spec"]["ports"]}


def test_as_much_of_envoy_is_kept_as_prometheus_own_file_says():
    manifests = charts.render("values-production.yaml")
    (edge,) = (each["spec"] for each in manifests if each["kind"] == "ServiceMonitor" and _job(each["spec"]) == "envoy")
    scraped = yaml.safe_load((_MONITORING / "prometheus/prometheus.yml").read_text())["scrape_configs"]

    (kept,) = edge["endpoints"][0]["metricRelabelings"]
    (told,) = next(each for each in scraped if each["job_name"] == "envoy")["metric_relabel_configs"]
    assert (told["regex"], told["source_labels"], "keep") == (kept["regex"], kept["sourceLabels"], kept["action"])


@pytest.mark.parametrize("environment", ["production", "region 2"])
def test_it_scales_as_simulated_and_requests_as_assumed(environment: str):
    manifests = charts.render(*charts.ENVIRONMENTS[environment])

    said = subprocess.run(
        [sys.executable, "-m", "capacity.chart"],
        input=yaml.safe_dump_all([dict(each) for each in manifests]),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=ROOT / "benchmarks",
    )

    assert (0, "") == (said.returncode, said.stdout)


def test_keda_asks_for_the_requests_of_its_own_service():
    scalers = [
        each
        for each in charts.render("values-production.yaml", values=charts.OPTIONS["KEDA"])
        if each["kind"] == "ScaledObject"
    ]

    queries = {
        each["metadata"]["name"]: trigger["metadata"]["query"]
        for each in scalers
        for trigger in each["spec"]["triggers"]
        if trigger["type"] == "prometheus"
    }
    assert 5 == len(queries)
    for name, query in queries.items():
        assert f'service=~"{name}(-headless)?"' in query
        promql_parser.parse(query)


def _job(monitor: Manifest) -> str:
    return str(monitor["endpoints"][0]["relabelings"][0]["replacement"])


def _selects(monitor: Manifest, service: Manifest) -> bool:
    return bool(monitor["selector"]["matchLabels"].items() <= service["metadata"]["labels"].items())
