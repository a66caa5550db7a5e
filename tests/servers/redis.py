"""A Redis (or Valkey) of its own: one, one with a replica and sentinels, or a cluster."""

import socket
import ssl
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from redis import Redis as Client

from tests.servers.certificates import Certificate, write_certificate
from tests.servers.ports import free_port
from tests.servers.processes import Process, ServerFailedError
from tests.servers.programs import redis_server

__all__ = ["Redis", "redis", "running_redis"]

_COMMON = """bind 127.0.0.1
save ""
appendonly no
protected-mode no
repl-diskless-sync-delay 0
"""
_PING_TIMEOUT_S = 1.0


class Redis:
    """A server that may be killed, paused and started again, empty, on its port."""

    def __init__(self, folder: Path, *, configuration: str, certificate: Certificate | None, program: Path) -> None:
        self._folder = folder
        self._program = program
        self._process: Process | None = None
        self.certificate = certificate
        self.port = free_port(also=10_000)  # where nodes of a cluster talk
        port = f"port 0\ntls-port {self.port}\n" if certificate else f"port {self.port}\n"
        # The file belongs to the server: sentinels write what they learn into it.
        (folder / "server.conf").write_text(f"{port}dir {folder}\n{configuration}")

    @property
    def process(self) -> Process:
        if self._process is None:
            raise ServerFailedError("the server was not started")
        return self._process

    def url(self, *, user: str = "", password: str = "", database: int = 0) -> str:
        """As our services take it."""
        login = f"{user}:{password}@" if user or password else ""
        if self.certificate:
            return f"rediss://{login}127.0.0.1:{self.port}/{database}?ca={self.certificate.certificate}"
        return f"redis://{login}127.0.0.1:{self.port}/{database}"

    def ask(self, *command: str | int, user: str = "", password: str = "") -> Any:
        """One command, past every pool and breaker; texts are decoded."""
        with Client(
            port=self.port,
            username=user or None,
            password=password or None,
            decode_responses=True,
            ssl=self.certificate is not None,
            ssl_ca_certs=str(self.certificate.certificate) if self.certificate else None,
        ) as client:
            return client.execute_command(*command)

    def start(self) -> None:
        """Returns when it answers."""
        log = self._folder / "log"
        sentinel = ("--sentinel",) if "sentinel monitor" in (self._folder / "server.conf").read_text() else ()
        self._process = Process(self._program, self._folder / "server.conf", *sentinel, log=log)
        self._process.wait_until(self._answers)

    def _answers(self) -> bool:
        """Whatever it says to PING, be it that one has to log in."""
        try:
            with self._connected() as connection:
                connection.sendall(b"PING\r\n")
                return connection.recv(1) in (b"+", b"-")
        except OSError:
            return False

    def _connected(self) -> socket.socket:
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=_PING_TIMEOUT_S)
        if not self.certificate:
            return plain
        with plain:
            context = ssl.create_default_context(cafile=str(self.certificate.certificate))
            return context.wrap_socket(plain, server_hostname="localhost")

    def kill(self) -> None:
        self.process.kill()

    def restart(self) -> None:
        self.kill()
        self.start()


@contextmanager
def redis(*, tls: bool = False, users: Sequence[str] = (), settings: Sequence[str] = ()) -> Iterator[Redis]:
    """One server. Users are written as in its file (`app on >secret ~pcf:* +@all`), and so are settings."""
    with ExitStack() as stack:
        yield running_redis(stack, "\n".join([*(f"user {user}" for user in users), *settings]), tls=tls)


def running_redis(stack: ExitStack, configuration: str = "", *, tls: bool = False, common: bool = True) -> Redis:
    """A server with lines of its own in its file, that ends when the stack does."""
    program = redis_server(tls=tls)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pcf-redis-")))
    certificate = write_certificate(folder) if tls else None
    lines = (_COMMON if common else "bind 127.0.0.1\n") + configuration + "\n"
    if certificate:
        lines += (
            f"tls-cert-file {certificate.certificate}\ntls-key-file {certificate.key}\n"
            f"tls-ca-cert-file {certificate.certificate}\ntls-auth-clients no\n"
        )
    server = Redis(folder, configuration=lines, certificate=certificate, program=program)
    server.start()
    stack.callback(server.kill)
    return server
