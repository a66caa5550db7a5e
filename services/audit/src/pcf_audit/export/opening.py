"""Opens the archive that the settings name, and runs exports to it beside the service."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pcf_runtime.bucket_url import BucketUrl
from prometheus_client import CollectorRegistry

from pcf_audit.export.archive import Archive
from pcf_audit.export.exporter import Exporter
from pcf_audit.export.metrics import ExportMetrics
from pcf_audit.export.timer import exporting
from pcf_audit.opening import Log
from pcf_audit.ports import Clock
from pcf_audit.settings import AuditSettings

__all__ = ["exports", "open_archive"]


@asynccontextmanager
async def exports(
    log: Log, settings: AuditSettings, *, clock: Clock, registry: CollectorRegistry
) -> AsyncIterator[None]:
    """While the block runs, if there is a bucket for them."""
    if not settings.export_url:
        yield
        return
    metrics = ExportMetrics(registry)
    async with open_archive(settings, clock=clock) as archive:
        exporter = Exporter(log.store, archive, notary=log.notary, metrics=metrics)
        async with exporting(exporter, every_s=settings.export_interval_s, metrics=metrics):
            yield


@asynccontextmanager
async def open_archive(settings: AuditSettings, *, clock: Clock) -> AsyncIterator[Archive]:
    """Asks the bucket nothing yet."""
    from pcf_runtime.s3 import Bucket  # noqa: PLC0415 - boto3 is slow to load, and most need none

    from pcf_audit.adapters.s3_archive import S3Archive  # noqa: PLC0415 - likewise

    bucket = Bucket(BucketUrl.parse(settings.export_url), read_timeout_s=60.0)
    try:
        yield S3Archive(bucket, lock_days=settings.export_lock_days, clock=clock)
    finally:
        bucket.close()
