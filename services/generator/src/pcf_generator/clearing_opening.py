"""Opens what is cleared, from the settings: the database as its owner, and the artifacts."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

from pcf_runtime.ids import new_ulid
from pcf_runtime.starting import CannotStartError

from pcf_generator.adapters.folder_removal import FolderRemoval
from pcf_generator.clearing import Clearing, Deletions, Files
from pcf_generator.settings import GeneratorSettings

__all__ = ["Opened", "opened"]

_CONNECTIONS = 2
Opened = tuple[Clearing, Deletions]


@asynccontextmanager
async def opened(settings: GeneratorSettings, *, actor: str) -> AsyncIterator[Opened]:
    """CannotStartError."""
    async with AsyncExitStack() as stack:
        store = await _store(settings, stack, actor)
        yield Clearing(store, _files(settings, stack)), store


async def _store(settings: GeneratorSettings, stack: AsyncExitStack, actor: str) -> Deletions:
    if settings.database_url.get_secret_value() or settings.owner_database_url.get_secret_value():
        return await _shared(settings, stack, actor)
    from pcf_generator.adapters.sqlite.clearing import SqliteDeletions  # noqa: PLC0415 - only where it is the store
    from pcf_generator.adapters.sqlite.database import Database  # noqa: PLC0415 - likewise

    database = await Database.open(settings.database)
    stack.push_async_callback(database.close)
    return SqliteDeletions(database, actor=actor, clock=lambda: datetime.now(UTC), new_id=new_ulid)


async def _shared(settings: GeneratorSettings, stack: AsyncExitStack, actor: str) -> Deletions:
    url = settings.owner_database_url.get_secret_value()
    if not url:
        raise CannotStartError(
            "PCF_GENERATOR_OWNER_DATABASE_URL is not set: only the owner of PostgreSQL's tables can delete builds."
        )
    from pcf_generator.adapters.postgres.clearing import PostgresDeletions  # noqa: PLC0415 - asyncpg is slow to load
    from pcf_generator.adapters.postgres.opening import open_database  # noqa: PLC0415 - likewise

    database = await stack.enter_async_context(open_database(url, size=_CONNECTIONS))
    return PostgresDeletions(database, actor=actor, new_id=new_ulid)


def _files(settings: GeneratorSettings, stack: AsyncExitStack) -> Files:
    if not settings.artifacts_url:
        return FolderRemoval(settings.artifacts)
    from pcf_runtime.s3 import Bucket, BucketUrl  # noqa: PLC0415 - boto3 is slow to load

    from pcf_generator.adapters.s3_removal import S3Removal  # noqa: PLC0415 - likewise

    bucket = Bucket(BucketUrl.parse(settings.artifacts_url))
    stack.callback(bucket.close)
    return S3Removal(bucket)
