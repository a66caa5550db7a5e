"""An upstream that answers with what came to it."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

__all__ = ["Echo", "echo"]


@dataclass(slots=True)
class Echo:
    """Where it listens, and the paths it was asked for."""

    port: int
    asked: list[str] = field(default_factory=list)
    takes_s: float = 0.0
    """How long each answer takes, but for the edge's own health checks."""


@contextmanager
def echo() -> Iterator[Echo]:
    """Serves until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    seen = Echo(server.server_address[1])
    server.seen = seen  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        if self.path != "/readyz":  # the edge's own health checks
            self.server.seen.asked.append(self.path)  # type: ignore[attr-defined]
            time.sleep(self.server.seen.takes_s)  # type: ignore[attr-defined]
        length = int(self.headers.get("content-length", "0"))
        body = self.rfile.read(length)
        headers = {name.lower(): value for name, value in self.headers.items()}
        self._answer({"path": self.path, "headers": headers, "length": len(body)})

    do_POST = do_GET  # noqa: N815 - the base class's name

    def log_message(self, *_: Any) -> None:
        """Nothing: the edge has the log."""

    def _answer(self, content: dict[str, Any]) -> None:
        encoded = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(encoded)))
        self.end_headers()
        self.wfile.write(encoded)
