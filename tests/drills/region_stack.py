"""One region: the whole product, a PostgreSQL, a Redis and a bucket, which all can vanish at once."""

import signal
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.drills.doors import Door
from tests.drills.product import Product, product
from tests.servers.postgres import Postgres
from tests.servers.redis import Redis
from tests.servers.s3 import S3

__all__ = ["Region", "Shared", "region"]


@dataclass(frozen=True, slots=True)
class Shared:
    """What both regions know: names of the databases, keys, the bucket's name."""

    builds: str
    audit: str
    keys: Mapping[str, str]
    cache_key: str
    bucket: str


@dataclass(frozen=True, slots=True)
class Region:
    """What runs there."""

    name: str
    database: Postgres
    redis: Redis
    bucket: S3
    product: Product

    @property
    def door(self) -> Door:
        edge = self.product.edge
        return Door(edge.port, edge.trusting)

    @property
    def audit_target(self) -> str:
        """Where a generator reaches the audit log."""
        return f"127.0.0.1:{self.product.balancers['generator'].ports['audit']}"

    def vanish(self) -> None:
        """Every process of it at once, as when the power goes: first none does anything, then none is there."""
        services = [*self.product.gateways, *self.product.services.services]
        envoys = [*self.product.edges, *self.product.balancers.values()]
        pids = [each.pid for each in services] + [each.process.pid for each in envoys]
        pids += [self.database.pid, self.redis.process.pid, self.bucket.process.pid]
        processes = [psutil.Process(pid) for pid in pids]
        for each in processes:
            each.send_signal(signal.SIGSTOP)
        for service in services:
            service.kill()
        for envoy in envoys:
            envoy.process.kill()
        self.database.kill()
        self.redis.kill()
        self.bucket.process.kill()


@contextmanager
def region(
    name: str, folder: Path, database: Postgres, redis: Redis, bucket: S3, shared: Shared, *, migrated: bool
) -> Iterator[Region]:
    """Started: `product.ready` waits. Its services know only what is in it, and take the database as it is."""
    folder.mkdir()
    both = "?target_session_attrs=any"
    urls = (f"{database.url(shared.builds)}{both}", f"{database.url(shared.audit)}{both}")
    generator = {
        "artifacts_url": bucket.url(shared.bucket, prefix="files"),
        "ready_on_standby": "true",
        "redis_url": redis.url(),
        "cache_key": shared.cache_key,
    }
    with ExitStack() as stack:
        running = stack.enter_context(
            product(
                folder,
                database,
                urls=urls,
                keys=shared.keys,
                migrated=migrated,
                generator=generator,
                gateway={"redis_url": redis.url()},
            )
        )
        yield Region(name, database, redis, bucket, running)
