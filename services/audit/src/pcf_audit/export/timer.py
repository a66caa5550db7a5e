"""Runs the export again and again inside the service, whatever becomes of one run."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final

from pcf_runtime.errors import ServiceError

from pcf_audit.export.archive import ArchiveError
from pcf_audit.export.exporter import Exporter
from pcf_audit.export.metrics import ExportMetrics

__all__ = ["exporting"]

_log: Final = logging.getLogger(__name__)
Pause = Callable[[float], Awaitable[None]]


@asynccontextmanager
async def exporting(
    exporter: Exporter, *, every_s: float, metrics: ExportMetrics, pause: Pause = asyncio.sleep
) -> AsyncIterator[None]:
    """While the block runs. Leaving ends a run in the middle: the next one goes on from there."""
    task = asyncio.create_task(_export_for_ever(exporter, every_s, metrics, pause), name="export")
    task.add_done_callback(lambda done: _tell(done, metrics))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})


async def _export_for_ever(exporter: Exporter, every_s: float, metrics: ExportMetrics, pause: Pause) -> None:
    while True:
        try:
            await exporter.run()
        except (ArchiveError, ServiceError) as error:
            metrics.failed()
            _log.error("export failed", extra={"error.message": str(error), "error.type": type(error).__name__})
        await pause(every_s)


def _tell(task: asyncio.Task[None], metrics: ExportMetrics) -> None:
    """An error that is no fault of the archive or the log ends the exports, but not in silence."""
    error = None if task.cancelled() else task.exception()
    if error:
        metrics.failed()
        _log.critical("exports ended by an error; restart the service", exc_info=error)
