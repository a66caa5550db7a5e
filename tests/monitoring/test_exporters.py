"""What dashboards and alerts read of others' programs, asked of the real ones."""

import re
from contextlib import suppress
from urllib.error import URLError
from urllib.request import urlopen

import yaml

from tests.edge import shipped
from tests.edge.echo import echo
from tests.edge.proxies import edge
from tests.monitoring.programs import program
from tests.monitoring.queries import MONITORING, alerts, expressions, selectors
from tests.servers.ports import free_port
from tests.servers.processes import Process


def series(url):
    with urlopen(url, timeout=5) as answer:
        return set(re.findall(r"^(\w+)[{ ]", answer.read().decode(), re.MULTILINE))


def asked(prefix):
    return {each.name for _, query in expressions() for each in selectors(query) if each.name.startswith(prefix)}


def test_the_node_exporter_has_all_that_is_asked_of_it(tmp_path):
    address = f"127.0.0.1:{free_port()}"
    answers = []

    def ready():
        with suppress(URLError, OSError):
            answers.append(series(f"http://{address}/metrics"))
        return bool(answers)

    running = Process(program("prometheus-node-exporter"), f"--web.listen-address={address}", log=tmp_path / "log")
    running.wait_until(ready, within_s=20)
    running.stop()
    assert asked("node_") - answers[-1] == set()
    assert len(asked("node_")) > 8


def test_the_edge_has_all_that_is_asked_of_envoy(tmp_path):
    with echo() as upstream, edge(tmp_path, [upstream.port]) as running:
        told = series(f"http://127.0.0.1:{running.admin_port}/stats/prometheus")
    assert asked("envoy_") - told == set()
    assert len(asked("envoy_")) > 15


def test_prometheus_keeps_all_that_is_asked_of_envoy():
    jobs = yaml.safe_load((MONITORING / "prometheus/prometheus.yml").read_text())["scrape_configs"]
    (kept,) = [job["metric_relabel_configs"] for job in jobs if job["job_name"] == "envoy"]
    assert [name for name in sorted(asked("envoy_")) if not re.fullmatch(kept[0]["regex"], name)] == []
    assert not re.fullmatch(kept[0]["regex"], "envoy_cluster_lb_healthy_panic")


def test_near_the_limit_is_four_fifths_of_the_connections_there_may_be():
    (expression,) = [rule["expr"] for rule in alerts() if rule["alert"] == "EnvoyNearLimit"]
    (most,) = shipped.all_of(shipped.load("edge.yaml"), "max_active_downstream_connections")
    assert f"cx_active) > {most * 4 // 5}" in expression
