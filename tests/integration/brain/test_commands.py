"""`pcf-brain release` and `pcf-brain sync` as people run them, against a real bucket."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

_PROGRAM = Path(sys.executable).with_name("pcf-brain")


def _run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [_PROGRAM, *(str(each) for each in arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


@contextmanager
def _sidecar(*arguments: object) -> Iterator[subprocess.Popen[bytes]]:
    command = [_PROGRAM, "sync", *(str(each) for each in arguments)]
    with subprocess.Popen(command, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.kill()


def _until(path: Path, text: str) -> None:
    """Returns once the file holds the text."""
    ends = time.monotonic() + 30
    while not (path.exists() and text in path.read_text()):
        assert time.monotonic() < ends, f"{path} never held {text!r}"
        time.sleep(0.02)


def test_from_a_folder_to_a_volume(brain: Path, bucket_url: str, tmp_path: Path):
    key = tmp_path / "key"
    verifier = _run("release", "keys", "--name", "brain.test", "--key-file", key).stdout.strip()
    digests = []
    for version in "12":
        (brain / "release.yaml").write_text(f'version: "{version}"\n')
        digest = _run("release", "create", brain, "--to", bucket_url).stdout.strip()
        steps = [
            _run("release", "sign", digest, "--in", bucket_url, "--key-file", key),
            _run("release", "promote", digest, "--in", bucket_url, "--key", verifier),
            _run("sync", "--from", bucket_url, "--to", tmp_path / "volume", "--key", verifier),
        ]
        assert [(step.returncode, step.stderr) for step in steps if step.returncode] == []
        digests.append(digest)
    assert (tmp_path / "volume/current").readlink().name == digests[1]
    assert _run("release", "rollback", "--in", bucket_url, "--key", verifier).stdout.strip() == digests[0]
    listed = _run("release", "list", "--in", bucket_url, "--key", verifier).stdout
    assert [line[:66] for line in listed.splitlines() if line.startswith("*")] == [f"* {digests[0]}"]


def test_a_bucket_that_is_away_is_told_in_time(tmp_path: Path, bucket_url: str):
    away = "s3://bucket?endpoint=http://127.0.0.1:9&region=us-east-1"
    ended = _run("sync", "--from", away, "--to", tmp_path / "volume", "--unsigned")
    assert (ended.returncode, ended.stderr) == (3, "s3://bucket is not reached: EndpointConnectionError.\n")


async def test_a_sidecar_keeps_a_volume_that_a_brain_serves(press: Any, serve: Any, bucket_url: str, tmp_path: Path):
    volume = tmp_path / "volume"
    await press.publish("1", bucket_url)
    arguments = ("--from", bucket_url, "--to", volume, "--key", press.verifier, "--watch", "0.1")
    with _sidecar(*arguments) as sidecar:
        async with serve(folder=volume / "current", poll_interval_s=0.05) as served:
            assert await served.version() == "1"
            await press.publish("2", bucket_url)
            await served.until("2", within_s=20)
        sidecar.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(sidecar.wait, 20) == 0


@pytest.mark.parametrize(
    "arguments", [["--help"], ["release", "--help"], ["release", "promote", "--help"], ["sync", "-h"]]
)
def test_help_is_there(arguments: list[str]):
    ended = _run(*arguments)
    assert (ended.returncode, "usage: pcf-brain" in ended.stdout) == (0, True)


def test_a_sync_tells_its_problems_once_while_it_watches(tmp_path: Path):
    depot = tmp_path / "depot"
    depot.mkdir()
    log = tmp_path / "log"
    arguments = ["sync", "--from", depot, "--to", tmp_path / "volume", "--unsigned", "--watch", "0.01"]
    with log.open("wb") as stderr, subprocess.Popen([_PROGRAM, *map(str, arguments)], stderr=stderr) as process:
        _until(log, "no release was promoted there")
        (depot / "current").write_text("spoilt")
        _until(log, "is no pointer to a release")
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(20) == 0
    assert log.read_text().count("no release was promoted there") == 1
