"""Opens what the generator stands on, as the settings say: stores, artifacts, cache, compilers."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from functools import partial
from typing import Final

from pcf_runtime.ids import new_ulid
from prometheus_client import CollectorRegistry

from pcf_generator.adapters.folder_artifacts import FolderArtifacts
from pcf_generator.adapters.sqlite.build_store import SqliteBuildStore
from pcf_generator.adapters.sqlite.database import Database
from pcf_generator.adapters.sqlite.spending import SqlitePurse
from pcf_generator.artifact_store import ArtifactStore
from pcf_generator.build_store import BuildStore
from pcf_generator.compiler.compile import NativeCompiler
from pcf_generator.compiler.observed import ObservedCompiler
from pcf_generator.compiler.toolchain import NoToolchain, Toolchain, find_toolchain
from pcf_generator.compiler.workspace import clear_leftovers
from pcf_generator.manifest.types import manifest_types
from pcf_generator.metrics import PipelineMetrics
from pcf_generator.models.money import Caps, Purse
from pcf_generator.ports.compiler import Compiler
from pcf_generator.ports.journal import ResultIndex
from pcf_generator.settings import GeneratorSettings
from pcf_generator.shared_results import NoIndex
from pcf_generator.tolerance import Tolerated

__all__ = ["find_compiler", "open_artifacts", "open_index", "open_stores", "sealed", "utc_now"]

_logger: Final = logging.getLogger(__name__)


def utc_now() -> datetime:
    return datetime.now(UTC)


async def open_stores(
    settings: GeneratorSettings, stack: AsyncExitStack, registry: CollectorRegistry, *, caps: Caps
) -> tuple[BuildStore, Purse]:
    """Where builds and money are kept: a database that instances share, or a file of this one."""
    if settings.database_url.get_secret_value():
        from pcf_generator.adapters.postgres import opening  # noqa: PLC0415 - asyncpg is slow to load
        from pcf_generator.adapters.postgres.spending import PostgresPurse  # noqa: PLC0415 - likewise

        url = settings.source("database_url")
        shared = await stack.enter_async_context(
            opening.open_database(
                url, size=settings.database_pool, registry=registry, reads_suffice=settings.ready_on_standby
            )
        )
        builds = await stack.enter_async_context(opening.build_store_on(shared, url, new_id=new_ulid))
        return builds, PostgresPurse(shared, caps=caps, new_id=new_ulid)
    database = await Database.open(settings.database)
    stack.push_async_callback(database.close)
    own = SqliteBuildStore(database, clock=utc_now, new_id=new_ulid)
    return own, SqlitePurse(database, caps=caps, clock=utc_now, new_id=new_ulid)


def sealed(settings: GeneratorSettings, store: BuildStore) -> BuildStore:
    """The same builds, with makers' words sealed if there is a key."""
    if not (key := settings.data_key.get_secret_value()):
        return store
    from pcf_runtime.sealed_text import TextSealer  # noqa: PLC0415 - cryptography is slow to load

    from pcf_generator.adapters.sealed_builds import SealedBuilds  # noqa: PLC0415 - likewise

    return SealedBuilds(store, TextSealer.parse(key, *settings.data_key_old.get_secret_value().split()))


async def open_artifacts(
    settings: GeneratorSettings, stack: AsyncExitStack, metrics: PipelineMetrics
) -> tuple[ArtifactStore, Callable[[], Awaitable[None]]]:
    """The store of the artifacts, and what readiness asks about it."""
    if not settings.artifacts_url:
        folder = FolderArtifacts(settings.artifacts)
        return folder, folder.ping
    from pcf_runtime.s3 import Bucket, BucketUrl  # noqa: PLC0415 - boto3 is slow to load, and a folder needs none

    from pcf_generator.adapters.s3_artifacts import Keeping, S3Artifacts  # noqa: PLC0415 - likewise

    keeping = Keeping(days=settings.artifacts_days, link_s=settings.presign_s)
    bucket = Bucket(BucketUrl.parse(settings.artifacts_url), read_timeout_s=keeping.call_s / 2)
    stack.callback(bucket.close)
    artifacts = S3Artifacts(bucket, keeping=keeping, clock=utc_now)
    await artifacts.start()
    return artifacts, Tolerated(artifacts.ping, who="the artifact store", up=metrics.artifacts_up)


async def find_compiler(settings: GeneratorSettings, metrics: PipelineMetrics) -> Compiler | None:
    """What compiles here, if anything does."""
    found = await asyncio.to_thread(find_toolchain, settings.compilers)
    metrics.compiler_installed.set(isinstance(found, Toolchain))
    if isinstance(found, NoToolchain):
        _logger.warning("no compiler: builds end with the source", extra={"pcf.reason": found.reason})
        return None
    await asyncio.to_thread(clear_leftovers, settings.compile_folder)
    compiler = NativeCompiler(found, manifest_types=manifest_types, folder=settings.compile_folder)
    return ObservedCompiler(compiler, metrics)


def open_index(settings: GeneratorSettings, stack: AsyncExitStack, metrics: PipelineMetrics) -> ResultIndex:
    """Where shared results are close at hand."""
    if not settings.redis_url.get_secret_value():
        return NoIndex()
    from pcf_runtime.redis_cache import RedisCache  # noqa: PLC0415 - redis is slow to load, and is optional

    from pcf_generator.adapters.redis_results import RedisResults  # noqa: PLC0415 - likewise

    url, secret = settings.redis_url.get_secret_value(), settings.cache_key.get_secret_value()
    source = settings.source("redis_url")
    cache = RedisCache.connect(url, namespace="pcf:generator:", observe=metrics.looked_up, secret=source)
    stack.push_async_callback(cache.aclose)
    unsealable = partial(metrics.looked_up, "unsealable")
    return RedisResults(cache, secret=secret, ttl_s=settings.cache_ttl_s, unsealable=unsealable)
