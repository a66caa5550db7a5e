"""Envoy as a process: the edge and the balancer inside."""

import json
import ssl
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.edge import shipped
from tests.edge.mounted import Mounted
from tests.servers.ports import free_port
from tests.servers.processes import Process
from tests.servers.programs import envoy

__all__ = ["Balancer", "Edge", "balancer", "edge"]

_PLENTY = 1_000_000
"""Tokens for tests of something else than the rate limit: they all come from one address."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A running edge."""

    port: int
    plain_port: int
    admin_port: int
    certificates: Mounted
    log: Path

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

    def endpoint_requests(self, cluster: str, port: int) -> int:
        """How many requests one instance got."""
        name = f"{cluster}::127.0.0.1:{port}::rq_total::"
        lines = _ask(self.admin_port, "/clusters").splitlines()
        return next(int(line.removeprefix(name)) for line in lines if line.startswith(name))


@contextmanager
def edge(folder: Path, gateways: Sequence[int], *, rate_limited: bool = False) -> Iterator[Edge]:
    """In front of gateways at these ports; ends with the block."""
    certificates = Mounted(folder / "tls")
    ports = {name: free_port() for name in ("plain", "secure", "admin")}
    configuration = shipped.load("edge.yaml")
    shipped.at_ports(configuration, {**ports, "quic": ports["secure"]})
    shipped.to_endpoints(configuration, {"gateway": gateways})
    for source in shipped.all_of(configuration, "path_config_source"):
        source["path"] = str(certificates.secret)
    for redirect in shipped.all_of(configuration, "redirect"):
        redirect["port_redirect"] = ports["secure"]
    if not rate_limited:
        for bucket in shipped.all_of(configuration, "token_bucket"):
            bucket.update(max_tokens=_PLENTY, tokens_per_fill=_PLENTY)
    log = folder / "edge.log"
    with _running(configuration, folder / "edge.yaml", log, ports["admin"]):
        yield Edge(ports["secure"], ports["plain"], ports["admin"], certificates, log)


@contextmanager
def balancer(folder: Path, instances: Mapping[str, Sequence[int]]) -> Iterator[Balancer]:
    """In front of the services' instances; ends with the block."""
    ports = {name: free_port() for name in ("generator", "brain", "audit", "admin")}
    configuration = shipped.load("internal.yaml")
    shipped.at_ports(configuration, ports)
    shipped.to_endpoints(configuration, instances)
    with _running(configuration, folder / "internal.yaml", folder / "internal.log", ports["admin"]):
        yield Balancer(ports, ports["admin"])


@contextmanager
def _running(configuration: Mapping[str, Any], file: Path, log: Path, admin: int) -> Iterator[None]:
    file.write_text(yaml.safe_dump(configuration))
    # A second Envoy of this machine would share the first one's memory for hot restarts.
    options = ("--concurrency", "1", "-l", "warning", "--disable-hot-restart", "--file-flush-interval-msec", "100")
    process = Process(envoy(), "-c", file, *options, log=log)
    process.wait_until(lambda: _is_ready(admin))
    try:
        yield
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


def _ask(admin: int, path: str) -> str:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"http://127.0.0.1:{admin}{path}", timeout=5) as answer:
        return str(answer.read().decode())
