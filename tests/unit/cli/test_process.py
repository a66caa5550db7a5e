"""The command as a process of its own: how it starts, what it takes, how it is interrupted."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

COMMAND = (sys.executable, "-m", "pcf_cli")


def test_help_needs_neither_http_nor_tables_nor_services():
    heavy = ("httpx", "rich", "grpc", "fastapi", "pydantic", "asyncio")
    check = f"import sys, pcf_cli.__main__; print([name for name in {heavy} if name in sys.modules])"

    assert "[]\n" == subprocess.run((sys.executable, "-c", check), capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Usage: pcf-builder"),
        (("--help",), "5  timed out or interrupted"),
        (("build", "--help"), "3  the build needs an answer"),
        (("--version",), "pcf-builder, version"),
    ],
)
def test_help_is_there_for_the_asking(arguments: tuple[str, ...], says: str):
    done = subprocess.run((*COMMAND, *arguments), capture_output=True, text=True, check=False)

    assert says in done.stdout + done.stderr
    assert done.returncode == (2 if not arguments else 0)


def test_an_argument_that_is_not_utf_8_is_one_clear_sentence():
    done = subprocess.run((*COMMAND, "build", b"caf\xe9"), capture_output=True, text=True, check=False)

    assert 2 == done.returncode
    assert "Argument 2 is not UTF-8." in done.stderr
    assert 1 == len(done.stderr.splitlines())


def test_a_terminal_that_cannot_show_a_character_is_no_reason_to_fail(gateway: Any):
    kind = {"id": "x", "display_name": "星", "description": "Größe"}
    gateway.on("GET", "/v1/capabilities", gateway.json({"capabilities": [kind], "next_page_token": None}))
    latin = {**os.environ, "PYTHONIOENCODING": "latin-1", "PCF_URL": gateway.url}

    done = subprocess.run((*COMMAND, "capabilities"), capture_output=True, env=latin, check=False)

    assert (0, b"x\t?\tGr\xf6\xdfe") == (done.returncode, done.stdout.splitlines()[-1])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interruption_cancels_the_build_and_says_so(gateway: Any, tmp_path: Path, number: signal.Signals):
    gateway.will_build(gateway.stream(gateway.event(1, "created"), held=True))
    gateway.on("POST", "/v1/builds/{id}:cancel", gateway.json(gateway.build("cancelled")))
    line = (*COMMAND, "build", "x", "--json", "--url", gateway.url, "-o", str(tmp_path))

    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert gateway.reached(2, within_s=30), "created, and followed"
        child.send_signal(number)
        out, _ = child.communicate(timeout=30)

    assert 5 == child.returncode
    assert f"Interrupted: build {gateway.build_id} is cancelled." == json.loads(out)["message"]
    assert 1 == len(gateway.requests("POST", "/v1/builds/{id}:cancel"))


def test_a_second_interruption_does_not_wait_for_a_server_that_is_stuck(gateway: Any, tmp_path: Path):
    gateway.will_build(gateway.stream(gateway.event(1, "created"), held=True))
    gateway.on("POST", "/v1/builds/{id}:cancel", gateway.stream(held=True))
    line = (*COMMAND, "build", "x", "--url", gateway.url, "-o", str(tmp_path))

    with subprocess.Popen(line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert gateway.reached(2, within_s=30), "created, and followed"
        child.send_signal(signal.SIGINT)
        assert gateway.reached(3, within_s=30), "asked to cancel"
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=30)

    assert 128 + signal.SIGINT == child.returncode
