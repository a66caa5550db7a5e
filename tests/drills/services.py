"""The services as operators run them: processes that may be killed and come back at the same address."""

import asyncio
import socket
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from tests.servers.ports import free_port
from tests.servers.processes import Process, until

__all__ = ["BRAIN", "Service", "migrate"]

BRAIN = Path(__file__).parents[2] / "ai-brain"
_PAUSE_S = 0.02
_ENVIRONMENT = {
    "GRPC_VERBOSITY": "NONE",
    # As in the images: one heap for each of a dozen threads would never be given back.
    "MALLOC_ARENA_MAX": "2",
}


class Service:
    """One instance of a service."""

    def __init__(self, name: str, folder: Path, settings: Mapping[str, str]) -> None:
        """`settings` are those of the service, without its prefix."""
        self.name = name
        self.port = free_port()
        self.metrics_port = free_port()
        self._folder = folder
        self._log = folder / f"{name}-{self.port}.log"
        prefix = f"PCF_{name.upper()}_"
        given = {"port": str(self.port), "metrics_port": str(self.metrics_port), "log_level": "WARNING", **settings}
        self._environment = _ENVIRONMENT | {prefix + key.upper(): value for key, value in given.items()}
        self._process: Process | None = None

    @property
    def target(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        return self._log.read_text(errors="replace") if self._log.exists() else ""

    def start(self) -> None:
        """Returns at once; `ready` waits."""
        self._process = Process(sys.executable, "-m", f"pcf_{self.name}", log=self._log, environment=self._environment)

    async def ready(self) -> None:
        """Returns when it serves; the event loop goes on meanwhile, for a proxy may live in it."""
        while not self.answers():
            if self._process is None or not self._process.running:
                raise RuntimeError(f"{self.name} ended:\n{self.log[-3_000:]}")
            await asyncio.sleep(_PAUSE_S)

    def answers(self) -> bool:
        """Whether it takes connections, which it does once it serves."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return True
        return False

    def kill(self) -> None:
        """As kill -9 does."""
        if self._process:
            self._process.kill()

    def stop(self, *, within_s: float = 20.0) -> None:
        """As SIGTERM does; one that does not end by itself in time is killed."""
        if self._process:
            self._process.stop(within_s=within_s)

    @property
    def pid(self) -> int:
        """Of the process that runs now."""
        if self._process is None:
            raise RuntimeError(f"{self.name} was never started")
        return self._process.pid

    @property
    def ended_with(self) -> int | None:
        """0 if it left in order; None while it runs."""
        return self._process.ended_with if self._process else None


def migrate(name: str, url: str, folder: Path) -> None:
    """Bring a service's database to its schema."""
    command = Process(
        sys.executable,
        "-m",
        f"pcf_{name}",
        "migrate",
        log=folder / f"migrate-{name}.log",
        environment={f"PCF_{name.upper()}_DATABASE_URL": url},
    )
    until(lambda: not command.running, what=f"pcf-{name} migrate ends")
    if "up to date" not in command.log_tail():
        raise RuntimeError(command.log_tail())
