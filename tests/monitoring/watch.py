"""The real Prometheus and Alertmanager with our rules and routes, hurried, and receivers on 127.0.0.1."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import yaml

from tests.monitoring.programs import program
from tests.monitoring.queries import MONITORING
from tests.monitoring.receivers import Receivers
from tests.servers.ports import free_port
from tests.servers.processes import Process

__all__ = ["watching"]

_HURRY = 60
"""An interval of a minute takes a second."""


@contextmanager
def watching(folder: Path, targets: Mapping[str, int], told: Receivers) -> Iterator[None]:
    """Both run until the end; `targets` are the ports of /metrics by job."""
    alert_port, port = free_port(), free_port()
    manager = _start_alertmanager(folder, alert_port, told)
    try:
        prometheus = _start_prometheus(folder, port, {**targets, "alertmanager": alert_port})
        try:
            yield
        finally:
            prometheus.stop()
    finally:
        manager.stop()


def _start_alertmanager(folder: Path, port: int, told: Receivers) -> Process:
    (folder / "slack_url").write_text(f"{told.url}/slack")
    (folder / "pagerduty_key").write_text("k" * 32)
    text = (MONITORING / "alertmanager/alertmanager.yml").read_text()
    config = yaml.safe_load(text.replace("/etc/alertmanager/secrets", str(folder)))
    config["global"]["pagerduty_url"] = f"{told.url}/v2/enqueue"
    config["templates"] = [str(MONITORING / "alertmanager/templates/*.tmpl")]
    for route in (config["route"], *config["route"]["routes"]):
        route |= {"group_wait": "3s", "group_interval": "1s"}
    path = folder / "alertmanager.yml"
    path.write_text(yaml.safe_dump(config))
    return _start(
        folder,
        "prometheus-alertmanager",
        f"--config.file={path}",
        f"--storage.path={folder / 'silences'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
        port=port,
    )


def _start_prometheus(folder: Path, port: int, targets: Mapping[str, int]) -> Process:
    source = MONITORING / "prometheus"
    for made in ("rules", "targets"):
        (folder / made).mkdir()
    for path in (source / "rules").glob("*.yml"):
        (folder / "rules" / path.name).write_text(_hurried(path.read_text()))
    for path in (source / "targets").glob("*.yml"):
        listed = [
            {"targets": [f"127.0.0.1:{targets[job]}"], "labels": {"node": "n1"}} for job in targets if job == path.stem
        ]
        (folder / "targets" / path.name).write_text(yaml.safe_dump(listed))
    config = yaml.safe_load((source / "prometheus.yml").read_text())
    config["global"] = {"scrape_interval": "250ms", "scrape_timeout": "250ms", "evaluation_interval": "250ms"}
    config["scrape_configs"] = [job for job in config["scrape_configs"] if job["job_name"] in targets]
    path = folder / "prometheus.yml"
    path.write_text(yaml.safe_dump(config))
    return _start(
        folder,
        "prometheus",
        f"--config.file={path}",
        f"--storage.tsdb.path={folder / 'series'}",
        f"--web.listen-address=127.0.0.1:{port}",
        port=port,
    )


def _hurried(rules: str) -> str:
    return re.sub(r"for: (\d+)([mh])$", lambda it: f"for: {_seconds(*it.groups())}s", rules, flags=re.MULTILINE)


def _seconds(number: str, unit: str) -> int:
    return int(number) * {"m": 60, "h": 3600}[unit] // _HURRY


def _start(folder: Path, name: str, *arguments: str, port: int) -> Process:
    def ready() -> bool:
        with suppress(URLError, OSError), urlopen(f"http://127.0.0.1:{port}/-/ready", timeout=1) as answer:
            return answer.status == 200
        return False

    process = Process(program(name), *arguments, log=folder / f"{name}.log")
    process.wait_until(ready, within_s=20)
    return process
