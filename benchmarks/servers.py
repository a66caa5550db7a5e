"""Starts what is measured, each as a process of its own, and ends it."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

HERE = Path(__file__).parent
ROOT = HERE.parent


@dataclass(frozen=True, slots=True)
class Started:
    """A process, its port, and how it started."""

    port: int
    pid: int
    ready_s: float = 0.0

    @property
    def resident_mb(self) -> float:
        """Resident memory of the process, in megabytes."""
        return psutil.Process(self.pid).memory_info().rss / 1e6


@contextmanager
def bare(*arguments: str) -> Iterator[Started]:
    """A reference server; see bare.py."""
    with process(sys.executable, str(HERE / "bare.py"), *arguments) as running:
        assert running.stdout is not None
        yield Started(int(running.stdout.readline()), running.pid)


@contextmanager
def product(data: Path, *, compilers: Path | None = None) -> Iterator[Started]:
    """All four services in one process, ready; without compilers its builds end with the source."""
    port = _free_port()
    began = time.monotonic()
    command = (sys.executable, "-m", "pcf_cli", "serve", "--port", str(port), "--data", str(data))
    with process(*command, environment={"PCF_GENERATOR_COMPILERS": str(compilers or data / "none")}) as running:
        _until_ready(f"http://127.0.0.1:{port}/readyz", running)
        yield Started(port, running.pid, time.monotonic() - began)


@contextmanager
def brain(level: str) -> Iterator[Started]:
    """The brain alone, at a log level."""
    port, metrics = _free_port(), _free_port()
    settings = {"PORT": str(port), "METRICS_PORT": str(metrics), "LOG_LEVEL": level, "FOLDER": str(ROOT / "ai-brain")}
    environment = {f"PCF_BRAIN_{name}": value for name, value in settings.items()}
    with process(sys.executable, "-m", "pcf_brain", environment=environment) as running:
        _until_ready(f"http://127.0.0.1:{metrics}/metrics", running)
        yield Started(port, running.pid)


@contextmanager
def gateway(settings: Mapping[str, str]) -> Iterator[Started]:
    """A gateway alone; `settings` without their prefix."""
    port = _free_port()
    given = {**settings, "PORT": str(port), "METRICS_PORT": "0", "LOG_LEVEL": "WARNING"}
    environment = {f"PCF_GATEWAY_{name}": value for name, value in given.items()}
    with process(sys.executable, "-m", "pcf_gateway", environment=environment) as running:
        _until_ready(f"http://127.0.0.1:{port}/healthz", running)
        yield Started(port, running.pid)


@contextmanager
def process(*command: str, environment: Mapping[str, str] | None = None) -> Iterator[subprocess.Popen[str]]:
    """Runs until the block ends."""
    running = subprocess.Popen(
        command,
        cwd=ROOT,
        env=os.environ | (environment or {}),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield running
    finally:
        running.terminate()
        running.communicate(timeout=30)


def _until_ready(url: str, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.005)
    raise TimeoutError(url)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])
