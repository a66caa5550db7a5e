"""What the drill of alerts breaks: the whole product with its databases, bucket and models, each hurt by itself."""

import asyncio
import base64
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import httpx
import yaml

from tests.drills.alert_models import answer, catalogue
from tests.drills.node_exporter import NodeExporter
from tests.drills.services import BRAIN, Service, migrate
from tests.drills.world import LEASE_S, audit_keys, databases
from tests.edge.proxies import Edge, edge
from tests.servers.model_apis import ModelApis, model_apis
from tests.servers.otlp_receiver import receiving
from tests.servers.postgres import Postgres, postgres
from tests.servers.proxy import Proxy, proxied
from tests.servers.redis import Redis, redis
from tests.servers.s3 import moto

__all__ = ["CROWDED", "PLACES", "AlertWorld", "alert_world"]

CROWDED = "crowded"
"""A tenant whose builds run one at a time."""
PLACES = 4
"""So many builds a generator runs at once."""

_COMPILERS = Path(__file__).parents[2] / ".compilers"
_UNDER_WAY = "SELECT EXISTS (SELECT FROM builds WHERE state IN ('queued', 'running')) OR EXISTS (SELECT FROM outbox)"
_PATIENCE_S = 90.0
_PAUSE_S = 0.1


@dataclass(frozen=True, slots=True)
class AlertWorld:
    """Everything that runs; a scene breaks one of it and mends it again."""

    folder: Path
    database: Postgres
    builds_database: str
    audit_database: str
    database_road: Proxy
    """From the first generator to its database."""
    cache: Redis
    bucket: Proxy
    collector: Proxy
    """Takes the generators' traces."""
    models: ModelApis
    brain: Service
    audit: Service
    generators: list[Service]
    gateways: list[Service]
    roads: list[Proxy]
    """From the edge to each gateway."""
    edge: Edge
    node: NodeExporter

    @property
    def targets(self) -> Mapping[str, Sequence[int]]:
        """Ports of /metrics by job."""
        return {
            "gateway": [each.metrics_port for each in self.gateways],
            "generator": [each.metrics_port for each in self.generators],
            "brain": [self.brain.metrics_port],
            "audit": [self.audit.metrics_port],
            "envoy": [self.edge.admin_port],
            "node": [self.node.port],
        }

    @property
    def brain_folder(self) -> Path:
        return self.folder / "brain"

    @property
    def model_key(self) -> Path:
        return self.folder / "key"

    @property
    def compilers(self) -> Path:
        return self.folder / "compilers"

    async def healthy(self) -> None:
        """Returns when all is ready and nothing under way: what is seen then is not the end of what was before."""
        async with asyncio.timeout(_PATIENCE_S), httpx.AsyncClient(trust_env=False) as client:
            for port in self._probed:
                while not await _is_ready(client, port):
                    await asyncio.sleep(_PAUSE_S)
            while await asyncio.to_thread(self.edge.counted, "cluster.gateway.membership_healthy") < len(self.gateways):
                await asyncio.sleep(_PAUSE_S)
            connection = await asyncpg.connect(self.builds_database)
            try:
                while await connection.fetchval(_UNDER_WAY):
                    await asyncio.sleep(_PAUSE_S)
            finally:
                await connection.close()

    @property
    def _probed(self) -> Sequence[int]:
        """Ports of /readyz: the gateways' own, the others' beside their metrics."""
        inside = (self.brain, self.audit, *self.generators)
        return [*(each.metrics_port for each in inside), *(each.port for each in self.gateways)]


@asynccontextmanager
async def alert_world() -> AsyncIterator[AlertWorld]:
    """All of it, healthy; it ends with the block."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pcf-drill-")))
        database, cache = stack.enter_context(postgres()), stack.enter_context(redis())
        store = stack.enter_context(moto())
        bucket = await stack.enter_async_context(proxied("127.0.0.1", store.port))
        database_road = await stack.enter_async_context(proxied("127.0.0.1", database.port))
        traces = await stack.enter_async_context(receiving())
        collector = await stack.enter_async_context(proxied("127.0.0.1", urlsplit(traces.endpoint).port or 0))
        apis = await stack.enter_async_context(model_apis())
        apis.answer(answer)
        shutil.copytree(BRAIN, folder / "brain")
        (folder / "compilers").symlink_to(_COMPILERS)
        builds_url, audit_url = databases(database)
        brain = Service("brain", folder, {"folder": str(folder / "brain"), "poll_interval_s": "0.5"})
        audit = Service("audit", folder, {"database_url": audit_url, **audit_keys()})
        settings = {
            "database_url": builds_url,
            "artifacts_url": store.url(store.create_bucket(), endpoint=f"http://127.0.0.1:{bucket.port}"),
            "redis_url": cache.url(),
            "cache_key": base64.b64encode(secrets.token_bytes(32)).decode(),
            "compilers": str(folder / "compilers"),
            "models": str(catalogue(folder, apis)),
            "tenant_day_usd": "1000",
            "tenants": str(_tenants(folder)),
            "concurrency": str(PLACES),
            "otlp_endpoint": f"http://127.0.0.1:{collector.port}",
            "brain_target": brain.target,
            "audit_target": audit.target,
            "lease_s": str(LEASE_S),
        }
        by_road = {"database_url": builds_url.replace(f":{database.port}/", f":{database_road.port}/")}
        generators = [Service("generator", folder, settings | own) for own in (by_road, {})]
        behind = {
            "generator_target": "ipv4:" + ",".join(each.target for each in generators),
            "brain_target": brain.target,
            "audit_target": audit.target,
        }
        gateways = [Service("gateway", folder, behind) for _ in range(2)]
        migrate("generator", builds_url, folder)
        migrate("audit", audit_url, folder)
        for service in (brain, audit, *generators, *gateways):
            stack.callback(service.kill)
            service.start()
        roads = [await stack.enter_async_context(proxied("127.0.0.1", each.port)) for each in gateways]
        at_edge = stack.enter_context(edge(folder, [road.port for road in roads]))
        node = NodeExporter(folder)
        stack.callback(node.kill)
        made = AlertWorld(
            folder=folder,
            database=database,
            builds_database=builds_url,
            audit_database=audit_url,
            database_road=database_road,
            cache=cache,
            bucket=bucket,
            collector=collector,
            models=apis,
            brain=brain,
            audit=audit,
            generators=generators,
            gateways=gateways,
            roads=roads,
            edge=at_edge,
            node=node,
        )
        await made.healthy()
        yield made


def _tenants(folder: Path) -> Path:
    path = folder / "tenants.yaml"
    path.write_text(yaml.safe_dump({"tenants": {CROWDED: {"running": 1}}}))
    return path


async def _is_ready(client: httpx.AsyncClient, port: int) -> bool:
    try:
        answer = await client.get(f"http://127.0.0.1:{port}/readyz")
    except httpx.TransportError:
        return False
    return answer.status_code == httpx.codes.OK
