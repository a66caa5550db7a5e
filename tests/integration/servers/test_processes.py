"""Servers end with what started them, and say why they do not start."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.servers.processes import Process, ServerFailedError, until

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
SHELL = "/bin/sh"
PARENT = """
import os, pathlib, sys
from tests.servers.processes import Process
server = Process("/bin/sleep", "60", log=pathlib.Path(sys.argv[1]))
print(server.pid, flush=True)
os.kill(os.getpid(), 9)
"""


def _is_gone(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_server_that_ends_instead_of_answering_fails_with_its_log(tmp_path):
    process = Process(SHELL, "-c", "echo the port is taken; exit 3", log=tmp_path / "log")
    with pytest.raises(ServerFailedError, match=r"ended with 3:\nthe port is taken$"):
        process.wait_until(lambda: False)


def test_a_server_that_does_not_answer_in_time_fails_and_is_ended(tmp_path):
    process = Process(SHELL, "-c", "echo starting; exec sleep 60", log=tmp_path / "log")
    with pytest.raises(ServerFailedError, match=r"did not answer within 0.2 s"):
        process.wait_until(lambda: False, within_s=0.2)
    assert not process.running


def test_a_condition_that_does_not_come_says_what_it_was():
    with pytest.raises(ServerFailedError, match=re.escape("not within 0.05 s: the moon rises")):
        until(lambda: False, what="the moon rises", within_s=0.05)


def test_a_server_that_ignores_the_signal_is_killed(tmp_path):
    log = tmp_path / "log"
    process = Process(SHELL, "-c", "trap '' TERM; echo ready; while :; do sleep 0.1; done", log=log)
    process.wait_until(lambda: "ready" in log.read_text())
    process.stop(signal.SIGTERM, within_s=0.1)
    assert not process.running


def test_a_server_ends_when_its_parent_is_killed(tmp_path):
    parent = subprocess.run(
        (sys.executable, "-c", PARENT, tmp_path / "log"), cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    assert -signal.SIGKILL == parent.returncode
    until(lambda: _is_gone(int(parent.stdout)), what="the server is gone", within_s=10)


def test_a_paused_server_does_nothing_until_it_is_resumed(tmp_path):
    log = tmp_path / "log"
    process = Process(SHELL, "-c", "while :; do echo tick; sleep 0.01; done", log=log)
    process.wait_until(lambda: "tick" in log.read_text())
    process.pause()
    until(lambda: psutil.Process(process.pid).status() == psutil.STATUS_STOPPED, what="it is paused")
    size = log.stat().st_size
    process.resume()
    until(lambda: log.stat().st_size > size, what="it goes on")
    process.kill()
    assert not process.running
