"""`pcf-audit export`: exports what is due now and ends. Beside a service that does the same it does no harm."""

import argparse
import asyncio
import sys
from typing import Final

from pcf_runtime.errors import ServiceError
from pcf_runtime.lifecycle import Command
from pcf_runtime.starting import CannotStartError
from prometheus_client import CollectorRegistry

from pcf_audit.export.archive import ArchiveError
from pcf_audit.settings import AuditSettings

__all__ = ["EXPORT"]


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--all", action="store_true", dest="rest", help="also what does not fill a segment yet")


def _run(settings: AuditSettings, asked: argparse.Namespace) -> int:
    if problems := settings.problems():
        raise CannotStartError("\n".join(problems))
    if not settings.export_url:
        raise CannotStartError("PCF_AUDIT_EXPORT_URL is not set: it names the bucket, s3://bucket/prefix?region=….")
    return asyncio.run(_export(settings, rest=asked.rest))


async def _export(settings: AuditSettings, *, rest: bool) -> int:
    from pcf_audit.adapters.clock import SystemClock  # noqa: PLC0415 - `--help` does without all of these
    from pcf_audit.export.exporter import Exporter  # noqa: PLC0415
    from pcf_audit.export.metrics import ExportMetrics  # noqa: PLC0415
    from pcf_audit.export.opening import open_archive  # noqa: PLC0415
    from pcf_audit.opening import open_log  # noqa: PLC0415

    clock = SystemClock()
    async with open_log(settings, clock=clock) as log, open_archive(settings, clock=clock) as archive:
        exporter = Exporter(log.store, archive, notary=log.notary, metrics=ExportMetrics(CollectorRegistry()))
        try:
            written = await exporter.run(rest=rest)
        except ArchiveError as error:
            raise CannotStartError(f"The export did not come to its end: {error}") from error
        except ServiceError as error:
            raise CannotStartError(f"The export did not come to its end: {error.message}") from error
    for segment in written:
        sys.stdout.write(f"exported {segment.data}\n")
    sys.stdout.write("everything that was due is exported\n")
    return 0


EXPORT: Final = Command("copy the log's segments that are due to the bucket of exports", _run, _arguments)
