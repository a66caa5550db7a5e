"""What the drill of alerts breaks: the whole product with its databases, bucket and models, each hurt by itself."""

import asyncio
import base64
import json
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import yaml
from pcf.generator.v1 import generator_pb2 as pb
from pcf.generator.v1 import generator_pb2_grpc
from pcf_runtime.client import open_channel, service_config

from tests.drills.services import BRAIN, Service, migrate
from tests.drills.world import audit_keys, databases
from tests.edge.proxies import Edge, edge
from tests.monitoring.programs import program
from tests.servers.model_apis import Asked, ModelApis, model_apis
from tests.servers.ports import free_port
from tests.servers.postgres import Postgres, postgres
from tests.servers.processes import Process
from tests.servers.proxy import Proxy, proxied
from tests.servers.redis import Redis, redis
from tests.servers.s3 import moto

__all__ = ["AlertWorld", "alert_world"]

_COMPILERS = Path(__file__).parents[2] / ".compilers"
_PROVIDERS = ("openai", "anthropic")
_PATIENCE_S = 60.0
_PAUSE_S = 0.1


@dataclass(frozen=True, slots=True)
class AlertWorld:
    """Everything that runs; a scene breaks one of it and mends it again."""

    folder: Path
    database: Postgres
    audit_database: str
    cache: Redis
    bucket: Proxy
    models: ModelApis
    brain: Service
    audit: Service
    generators: list[Service]
    gateways: list[Service]
    roads: list[Proxy]
    """From the edge to each gateway."""
    edge: Edge
    node: "NodeExporter"

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
        """Returns when every gateway is ready, which it is when all services are, and the edge knows it."""
        async with asyncio.timeout(_PATIENCE_S), httpx.AsyncClient(trust_env=False) as client:
            for gateway in self.gateways:
                while not await _is_ready(client, gateway):
                    await asyncio.sleep(_PAUSE_S)
            while await asyncio.to_thread(self.edge.counted, "cluster.gateway.membership_healthy") < len(self.gateways):
                await asyncio.sleep(_PAUSE_S)

    async def build(self, prompt: str) -> pb.Build:
        """A build that was accepted, whatever becomes of it."""
        config = service_config("pcf.generator.v1")
        async with open_channel(self.generators[0].target, service_config=config) as channel:
            stub = generator_pb2_grpc.GeneratorServiceStub(channel)
            return await stub.CreateBuild(pb.CreateBuildRequest(prompt=prompt))


class NodeExporter:
    """The machine's own exporter."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._log = folder / "node.log"
        self.start()

    def start(self) -> None:
        listen = f"--web.listen-address=127.0.0.1:{self.port}"
        self._process = Process(program("prometheus-node-exporter"), listen, log=self._log)

    def kill(self) -> None:
        self._process.kill()


@asynccontextmanager
async def alert_world() -> AsyncIterator[AlertWorld]:
    """All of it, healthy; it ends with the block."""
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pcf-drill-")))
        database, cache = stack.enter_context(postgres()), stack.enter_context(redis())
        store = stack.enter_context(moto())
        bucket = await stack.enter_async_context(proxied("127.0.0.1", store.port))
        apis = await stack.enter_async_context(model_apis())
        apis.answer(_answer)
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
            "models": str(_catalogue(folder, apis)),
            "brain_target": brain.target,
            "audit_target": audit.target,
            "lease_s": "2",
        }
        generators = [Service("generator", folder, settings) for _ in range(2)]
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
            folder, database, audit_url, cache, bucket, apis, brain, audit, generators, gateways, roads, at_edge, node
        )
        await made.healthy()
        yield made


def _catalogue(folder: Path, apis: ModelApis) -> Path:
    key = folder / "key"
    key.write_text("sk-drill")
    price = {"input_price": 3.0, "output_price": 15.0}
    entries = [
        {"provider": provider, "model": "drill", "key_file": str(key), "base_url": apis.url(provider), **price}
        for provider in _PROVIDERS
    ]
    path = folder / "models.yaml"
    path.write_text(yaml.safe_dump({"models": entries}))
    return path


def _answer(asked: Asked) -> Mapping[str, Any]:
    """Every prompt is about stars."""
    fields = asked.schema["properties"]
    if "kind" in fields:
        nothing = {name: [] if shape.get("type") == "array" else None for name, shape in fields.items()}
        return nothing | {"kind": "star-rating", "confidence": 0.97}
    pieces = json.loads(asked.text)["notUnderstood"]
    nothing = dict.fromkeys(fields["parameters"]["properties"])
    return {"parameters": nothing, "covers": [piece["number"] for piece in pieces], "unmapped": []}


async def _is_ready(client: httpx.AsyncClient, gateway: Service) -> bool:
    try:
        answer = await client.get(f"http://{gateway.target}/readyz")
    except httpx.TransportError:
        return False
    return answer.status_code == httpx.codes.OK
