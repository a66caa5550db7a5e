"""The machine's own exporter, which may be killed."""

from pathlib import Path

from tests.monitoring.programs import program
from tests.servers.ports import free_port
from tests.servers.processes import Process

__all__ = ["NodeExporter"]


class NodeExporter:
    """It comes back on the same port."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._log = folder / "node.log"
        self.start()

    def start(self) -> None:
        listen = f"--web.listen-address=127.0.0.1:{self.port}"
        self._process = Process(program("prometheus-node-exporter"), listen, log=self._log)

    def kill(self) -> None:
        self._process.kill()
