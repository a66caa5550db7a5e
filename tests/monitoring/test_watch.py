"""Rules for drills, which cannot wait as long as operators."""

import re
import subprocess

import pytest
import yaml

from tests.monitoring.programs import program
from tests.monitoring.queries import MONITORING
from tests.monitoring.watch import hurried

PATHS = sorted((MONITORING / "prometheus/rules").glob("*.yml"))


def rules(text):
    return [rule for group in yaml.safe_load(text)["groups"] for rule in group["rules"]]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_nothing_in_them_takes_minutes(path):
    for rule in rules(hurried(path.read_text(), 30)):
        assert re.findall(r"\b\d+[mhd]\b", f"{rule['expr']} {rule.get('for', '')}") == []


def test_prometheus_takes_them(tmp_path):
    for path in PATHS:
        (tmp_path / path.name).write_text(hurried(path.read_text(), 30))
    command = [program("promtool"), "check", "rules", *tmp_path.iterdir()]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_what_is_too_old_is_so_sooner():
    (queue_old,) = [rule for path in PATHS for rule in rules(hurried(path.read_text(), 30)) if is_named(rule)]
    assert queue_old["expr"] == "max(pcf_queue_oldest_seconds) > 10"
    assert queue_old["for"] == "10s"


def is_named(rule):
    return rule.get("alert") == "QueueOld"
