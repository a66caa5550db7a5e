"""Where this instance gets its releases from, as it is configured."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from pcf_brain.adapters.folder_store import FolderStore
from pcf_brain.metrics import BrainMetrics
from pcf_brain.ports import FileStore, SharedCache
from pcf_brain.settings import BrainSettings


@asynccontextmanager
async def opened(settings: BrainSettings, *, metrics: BrainMetrics) -> AsyncIterator[FileStore]:
    """Open the store; left, it closes its connections."""
    async with AsyncExitStack() as stack:
        yield await _buckets(settings, metrics, stack) if settings.bucket_url else _folder(settings)


def _folder(settings: BrainSettings) -> FolderStore:
    if not settings.release_key.strip():
        return FolderStore(settings.folder)
    # A plain folder in development needs neither cryptography nor boto3 nor redis, and starts sooner without.
    from pcf_brain.adapters.signed_folder import SignedFolder  # noqa: PLC0415 - as said
    from pcf_brain.trust import Trust  # noqa: PLC0415 - as said

    return FolderStore(settings.folder, judge=SignedFolder(Trust.parse(settings.release_key)).judge)


async def _buckets(settings: BrainSettings, metrics: BrainMetrics, stack: AsyncExitStack) -> FileStore:
    from pcf_brain.adapters.depot_store import DepotStore  # noqa: PLC0415 - as said
    from pcf_brain.adapters.opening import SERVING_S, open_depot  # noqa: PLC0415 - as said
    from pcf_brain.trust import Trust  # noqa: PLC0415 - as said

    urls = [url for url in (settings.bucket_url, settings.fallback_bucket_url) if url]
    depots = [open_depot(url, call_s=SERVING_S) for url in urls]
    for depot in depots:
        stack.callback(depot.close)
    shared = _shared(settings, metrics, stack)
    store = DepotStore(depots, trust=Trust.parse(settings.release_key), shared=shared)
    metrics.follow_regions(store.regions)
    return store


def _shared(settings: BrainSettings, metrics: BrainMetrics, stack: AsyncExitStack) -> SharedCache | None:
    url = settings.redis_url.get_secret_value()
    if not url:
        return None
    from pcf_runtime.redis_cache import RedisCache  # noqa: PLC0415 - as said

    cache = RedisCache.connect(
        url, namespace="pcf:brain:", observe=metrics.shared_lookup, secret=settings.source("redis_url")
    )
    stack.push_async_callback(cache.aclose)
    return cache
