"""Envoy as a process: the edge and the balancer inside."""

import json
import ssl
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.edge import shipped
from tests.edge.mounted import EdgeCertificate, ServiceCertificate
from tests.servers.ports import free_port
from tests.servers.processes import Process
from tests.servers.programs import envoy

__all__ = ["Balancer", "Edge", "Envoy", "balancer", "balancer_ports", "edge"]

_PLENTY = 1_000_000
"""Tokens for tests of something else than the rate limit: they all come from one address."""
_PAUSE_S = 0.05


@dataclass(frozen=True, slots=True)
class Edge:
    """A running edge."""

    port: int
    plain_port: int
    admin_port: int
    inside_port: int
    leaving_port: int
    certificates: EdgeCertificate
    log: Path
    process: "Envoy"

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def trusting(self) -> ssl.SSLContext:
        """What a client needs who trusts the certificate of the moment."""
        return self.certificates.trusting()

    def lines(self) -> list[dict[str, Any]]:
        """The access log, parsed."""
        return [json.loads(line) for line in self.log.read_text().splitlines() if line.startswith("{")]

    def counted(self, name: str) -> int:
        return _counted(self.admin_port, name)


@dataclass(frozen=True, slots=True)
class Balancer:
    """A running balancer, its ports by service."""

    ports: Mapping[str, int]
    admin_port: int
    process: "Envoy"

    def endpoint_requests(self, cluster: str, port: int) -> int:
        """How many requests one instance got."""
        name = f"{cluster}::127.0.0.1:{port}::rq_total::"
        lines = _ask(self.admin_port, "/clusters").splitlines()
        return next(int(line.removeprefix(name)) for line in lines if line.startswith(name))

    def serial_numbers(self) -> set[str]:
        """Of the certificates that it has in use, in hexadecimal."""
        told = json.loads(_ask(self.admin_port, "/certs"))["certificates"]
        return {each["serial_number"] for pair in told for each in pair.get("cert_chain", ())}

    def counted(self, name: str) -> int:
        return _counted(self.admin_port, name)


class Envoy:
    """A process that may leave in order and come back at the same ports."""

    def __init__(self, file: Path, log: Path, admin: int) -> None:
        self._file = file
        self._log = log
        self._admin = admin
        self.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def start(self) -> None:
        """Returns when it is ready."""
        # A second Envoy of this machine would share the first one's memory for hot restarts.
        alone = ("--concurrency", "1", "-l", "warning", "--disable-hot-restart", "--file-flush-interval-msec", "100")
        # What is told to leave is told so with its next answer.
        leaving = ("--drain-strategy", "immediate", "--drain-time-s", "5")
        self._process = Process(envoy(), "-c", self._file, *alone, *leaving, log=self._log)
        self._process.wait_until(lambda: _is_ready(self._admin))

    def leave(self, *, within_s: float = 15.0) -> int | None:
        """Tell every client to go elsewhere, wait until all have, end; what it left with.

        As operations.md tells an orchestrator to. Who sends it new connections must have stopped before.
        """
        _ask(self._admin, "/drain_listeners?graceful&skip_exit", method="POST")
        ends_at = time.monotonic() + within_s
        while _counted(self._admin, "http.secure.downstream_cx_active") and time.monotonic() < ends_at:
            time.sleep(_PAUSE_S)
        self._process.stop()
        return self._process.ended_with

    def kill(self) -> None:
        self._process.kill()


@contextmanager
def edge(folder: Path, gateways: Sequence[int], *, rate_limited: bool = False) -> Iterator[Edge]:
    """In front of gateways at these ports; ends with the block."""
    certificates = EdgeCertificate(folder / "tls")
    ports = {name: free_port() for name in ("plain", "secure", "admin", "inside", "leaving")}
    configuration = shipped.load("edge.yaml")
    shipped.at_ports(configuration, {**ports, "quic": ports["secure"]})
    shipped.to_endpoints(configuration, {"gateway": gateways})
    shipped.with_secrets(configuration, certificates.secrets)
    for redirect in shipped.all_of(configuration, "redirect"):
        redirect["port_redirect"] = ports["secure"]
    if not rate_limited:
        for bucket in shipped.all_of(configuration, "token_bucket"):
            bucket.update(max_tokens=_PLENTY, tokens_per_fill=_PLENTY)
    log = folder / "edge.log"
    with _running(configuration, folder / "edge.yaml", log, ports["admin"]) as process:
        yield Edge(
            ports["secure"],
            ports["plain"],
            ports["admin"],
            ports["inside"],
            ports["leaving"],
            certificates,
            log,
            process,
        )


def balancer_ports() -> dict[str, int]:
    """Where a balancer will listen, for services that are told before it runs."""
    return {name: free_port() for name in ("generator", "brain", "audit", "admin")}


@contextmanager
def balancer(
    folder: Path, instances: Mapping[str, Sequence[int]], *, ports: Mapping[str, int], certificate: ServiceCertificate
) -> Iterator[Balancer]:
    """Beside a caller with this certificate, in front of the services' instances; ends with the block."""
    configuration = shipped.load("internal.yaml")
    shipped.at_ports(configuration, ports)
    shipped.to_endpoints(configuration, instances)
    shipped.with_secrets(configuration, certificate.secrets)
    with _running(configuration, folder / "internal.yaml", folder / "internal.log", ports["admin"]) as process:
        yield Balancer(ports, ports["admin"], process)


@contextmanager
def _running(configuration: Mapping[str, Any], file: Path, log: Path, admin: int) -> Iterator[Envoy]:
    file.write_text(yaml.safe_dump(configuration))
    process = Envoy(file, log, admin)
    try:
        yield process
    finally:
        process.kill()


def _is_ready(admin: int) -> bool:
    try:
        return _ask(admin, "/ready").startswith("LIVE")
    except OSError:
        return False


def _counted(admin: int, name: str) -> int:
    found = dict(line.rsplit(": ", 1) for line in _ask(admin, "/stats").splitlines() if ": " in line)
    return int(found.get(name, 0))


def _ask(admin: int, path: str, *, method: str = "GET") -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(f"http://127.0.0.1:{admin}{path}", method=method)
    with opener.open(request, timeout=5) as answer:
        return str(answer.read().decode())
