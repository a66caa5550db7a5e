"""The real Prometheus and Alertmanager with our rules and routes, hurried or not, and receivers on 127.0.0.1."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import yaml

from tests.monitoring.programs import program
from tests.monitoring.queries import MONITORING
from tests.monitoring.receivers import Receivers
from tests.servers.ports import free_port
from tests.servers.processes import Process

__all__ = ["HURRY", "Watch", "hurried", "watching"]

HURRY = 30
"""A minute takes two seconds."""
_SECONDS = {"m": 60, "h": 3_600, "d": 86_400}
_OFTEN = {"scrape_interval": "500ms", "scrape_timeout": "500ms", "evaluation_interval": "500ms"}
# Longer than alerts of one cause are apart, or what one of them holds back would go out before it.
_SOON = {"group_wait": "3s", "group_interval": "1s"}


class Watch:
    """What looks at the services until the block ends."""

    def __init__(self, folder: Path, *, port: int, count: int) -> None:
        self._targets = folder / "targets"
        self._count = count
        self._asking = f"http://127.0.0.1:{port}/api/v1/query?query=count(up==1)"

    def sees_all(self) -> bool:
        """Whether every target has answered, which takes some seconds: what happens before is not noticed."""
        with urlopen(self._asking, timeout=5) as answer:
            found = json.load(answer)["data"]["result"]
        return bool(found) and int(found[0]["value"][1]) >= self._count

    def forget(self, job: str) -> None:
        """As if whoever writes down the targets of the job had lost them."""
        (self._targets / f"{job}.yml").write_text("[]")


@contextmanager
def watching(
    folder: Path, targets: Mapping[str, Sequence[int]], told: Receivers, *, hurry: int = HURRY
) -> Iterator[Watch]:
    """Both run until the end; `targets` are the ports of /metrics by job, `hurry` by how much all times are divided."""
    alert_port = free_port()
    manager = _start_alertmanager(folder, alert_port, told, hurry)
    try:
        port = free_port()
        prometheus = _start_prometheus(folder, port, {**targets, "alertmanager": [alert_port]}, hurry)
        try:
            yield Watch(folder, port=port, count=sum(map(len, targets.values())))
        finally:
            prometheus.stop()
    finally:
        manager.stop()


def hurried(rules: str, hurry: int) -> str:
    """Rules with all their times shorter: waits, windows, steps, how old is too old, and how far ahead is looked."""

    def shorter(found: re.Match[str]) -> str:
        return f"{int(found[1]) * _SECONDS[found[2]] // hurry}s"

    rules = re.sub(r"(?<=for: )(\d+)([mhd])$", shorter, rules, flags=re.MULTILINE)
    rules = re.sub(r"(?<=[\[:])(\d+)([mhd])(?=[\]:])", shorter, rules)
    rules = re.sub(r"(?<=_seconds\) > )\d+$", lambda found: str(int(found[0]) // hurry), rules, flags=re.MULTILINE)
    return re.sub(r"(?<=\], )\d+(?=\))", lambda found: str(int(found[0]) // hurry), rules)


def _start_alertmanager(folder: Path, port: int, told: Receivers, hurry: int) -> Process:
    (folder / "slack_url").write_text(f"{told.url}/slack")
    (folder / "pagerduty_key").write_text("k" * 32)
    text = (MONITORING / "alertmanager/alertmanager.yml").read_text()
    config = yaml.safe_load(text.replace("/etc/alertmanager/secrets", str(folder)))
    config["global"]["pagerduty_url"] = f"{told.url}/v2/enqueue"
    config["templates"] = [str(MONITORING / "alertmanager/templates/*.tmpl")]
    if hurry > 1:
        for route in (config["route"], *config["route"]["routes"]):
            route.update(_SOON)
    return _start(
        folder,
        "prometheus-alertmanager",
        f"--config.file={_written(folder / 'alertmanager.yml', config)}",
        f"--storage.path={folder / 'silences'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
        port=port,
    )


def _start_prometheus(folder: Path, port: int, targets: Mapping[str, Sequence[int]], hurry: int) -> Process:
    source = MONITORING / "prometheus"
    for made in ("rules", "targets"):
        (folder / made).mkdir()
    for path in (source / "rules").glob("*.yml"):
        (folder / "rules" / path.name).write_text(hurried(path.read_text(), hurry))
    for path in (source / "targets").glob("*.yml"):
        addresses = [f"127.0.0.1:{each}" for each in targets.get(path.stem, ())]
        _written(folder / "targets" / path.name, [{"targets": addresses, "labels": {"node": "n1"}}])
    config = yaml.safe_load((source / "prometheus.yml").read_text())
    if hurry > 1:
        config["global"] = _OFTEN
    config["scrape_configs"] = [job for job in config["scrape_configs"] if job["job_name"] in targets]
    return _start(
        folder,
        "prometheus",
        f"--config.file={_written(folder / 'prometheus.yml', config)}",
        f"--storage.tsdb.path={folder / 'series'}",
        f"--web.listen-address=127.0.0.1:{port}",
        port=port,
    )


def _written(path: Path, document: Any) -> Path:
    path.write_text(yaml.safe_dump(document))
    return path


def _start(folder: Path, name: str, *arguments: str, port: int) -> Process:
    def ready() -> bool:
        with suppress(URLError, OSError), urlopen(f"http://127.0.0.1:{port}/-/ready", timeout=1) as answer:
            return answer.status == 200
        return False

    process = Process(program(name), *arguments, log=folder / f"{name}.log")
    process.wait_until(ready, within_s=20)
    return process
