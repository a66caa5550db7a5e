"""The whole product as operators run it: edges, two gateways, two of each service, a Postgres.

They know each other by certificates: who calls has a balancer beside it, which calls with its certificate.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import product as product_of
from pathlib import Path

import httpx

from tests.drills.database_account import DatabaseAccount
from tests.drills.services import Service
from tests.drills.world import World, databases, world
from tests.edge.mounted import ServiceCertificate
from tests.edge.proxies import Balancer, Edge, balancer, balancer_ports, edge
from tests.servers.postgres import Postgres
from tests.servers.service_certificates import Authority

__all__ = ["Product", "product"]

_CALLERS = ("gateway", "generator")
_BALANCED = ("generator", "brain", "audit")
_PATIENCE_S = 60.0
_PAUSE_S = 0.05
_HEALTHY = "cluster.{}.membership_healthy"


@dataclass(frozen=True, slots=True)
class Product:
    """Everything that runs."""

    edges: Sequence[Edge]
    gateways: list[Service]
    balancers: Mapping[str, Balancer]
    """By who calls through it."""
    certificates: Mapping[str, ServiceCertificate]
    """By service."""
    services: World

    @property
    def edge(self) -> Edge:
        return self.edges[0]

    @property
    def instances(self) -> Mapping[str, list[Service]]:
        """Of each service."""
        inside = {
            "generator": self.services.generators,
            "brain": self.services.brains,
            "audit": self.services.audits,
        }
        return {"gateway": self.gateways, **inside}

    def target(self, service: str) -> str:
        """Where gateways call a service, in clear."""
        return f"127.0.0.1:{self.balancers['gateway'].ports[service]}"

    def client(self) -> httpx.Client:
        """A browser: HTTP/2 over TLS."""
        return httpx.Client(base_url=self.edge.url, http2=True, verify=self.edge.trusting, trust_env=False, timeout=60)

    async def ready(self) -> None:
        """Returns when all serve and `healthy`."""
        for each in (*self.services.services, *self.gateways):
            await each.ready()
        await self.healthy()

    async def healthy(self) -> None:
        """Returns when everybody who balances sends requests to every instance."""
        async with asyncio.timeout(_PATIENCE_S):
            for each in self.edges:
                while await asyncio.to_thread(each.counted, _HEALTHY.format("gateway")) < len(self.gateways):
                    await asyncio.sleep(_PAUSE_S)
            for balancing, name in product_of(self.balancers.values(), _BALANCED):
                wanted = len(self.instances[name])
                while await asyncio.to_thread(balancing.counted, _HEALTHY.format(name)) < wanted:
                    await asyncio.sleep(_PAUSE_S)


@contextmanager
def product(
    folder: Path,
    server: Postgres,
    *,
    edges: int = 1,
    others: int = 1,
    gateway: Mapping[str, str] | None = None,
    generator: Mapping[str, str] | None = None,
    account: DatabaseAccount | None = None,
    urls: tuple[str, str] | None = None,
    keys: Mapping[str, str] | None = None,
    migrated: bool = False,
) -> Iterator[Product]:
    """All of it in a folder, started: `ready` waits. It ends with the block.

    `others` is how many brains and audit logs there are; `gateway` and `generator` are settings of theirs. With an
    account, the services' databases are its, and their URLs stand in files; with `urls` they are those, of builds and
    audit log, which are `migrated` or will be, and `keys` are the audit log's.
    """
    ports = {caller: balancer_ports() for caller in _CALLERS}
    targets = {
        caller: {f"{name}_target": f"127.0.0.1:{its[name]}" for name in _BALANCED} for caller, its in ports.items()
    }
    authority = Authority()
    certificates = {
        name: ServiceCertificate(folder / "certificates" / name, authority, name) for name in ("gateway", *_BALANCED)
    }
    # Longer than the health checks are apart, as operations.md says.
    patient = {"readiness_wait_s": "3"}
    # Their balancer calls in their place.
    inside = {name: targets["generator"][name] for name in ("brain_target", "audit_target")} | {"tls_targets": "false"}
    if urls is None:
        urls = (account.new_database(), account.new_database()) if account else databases(server)
    with ExitStack() as running:
        services = running.enter_context(
            world(
                *urls,
                others=others,
                settings={**inside, **(generator or {})},
                common=lambda name: {**patient, **certificates[name].files.settings},
                url_files=account is not None,
                keys=keys,
                migrated=migrated,
            )
        )
        instances = {
            "generator": [each.port for each in services.generators],
            "brain": [each.port for each in services.brains],
            "audit": [each.port for each in services.audits],
        }
        balancers = {}
        for caller in _CALLERS:
            own = folder / f"beside-{caller}"
            own.mkdir()
            balancers[caller] = running.enter_context(
                balancer(own, instances, ports=ports[caller], certificate=certificates[caller])
            )
        gateways = [Service("gateway", folder, {**targets["gateway"], **patient, **(gateway or {})}) for _ in range(2)]
        for each in gateways:
            running.callback(each.kill)
            each.start()
        doors = []
        for number in range(edges):
            own = folder / f"edge-{number}"
            own.mkdir()
            doors.append(running.enter_context(edge(own, [each.port for each in gateways])))
        yield Product(doors, gateways, balancers, certificates, services)
