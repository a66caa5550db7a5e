"""The product on this machine, with its compilers, as a program of its own."""

import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.ports import free_port
from tests.servers.processes import Process

__all__ = ["served"]

_ROOT = Path(__file__).parents[2]


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Its address."""
    url = f"http://127.0.0.1:{free_port()}"
    command = (sys.executable, "-m", "pcf_cli", "serve", "--port", url.rpartition(":")[2], "--data", folder / "data")
    settings = {"PCF_GENERATOR_COMPILERS": str(_ROOT / ".compilers"), "PCF_BRAIN_FOLDER": str(_ROOT / "ai-brain")}
    process = Process(*command, log=folder / "log", environment=settings)
    try:
        process.wait_until(lambda: _answers(f"{url}/readyz"))
        yield url
    finally:
        process.kill()


def _answers(url: str) -> bool:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=1):
            return True
    except OSError:
        return False
