"""The service exports again and again, whatever becomes of one run."""

import asyncio
import logging
from typing import Any

import pytest
from pcf_audit.export.metrics import ExportMetrics
from pcf_audit.export.timer import exporting
from prometheus_client import CollectorRegistry


class Pauses:
    """Lets the timer run so many times; the last pause never ends."""

    def __init__(self, runs: int) -> None:
        self.asked: list[float] = []
        self.done = asyncio.Event()
        self._runs = runs

    async def __call__(self, seconds: float) -> None:
        self.asked.append(seconds)
        if len(self.asked) == self._runs:
            self.done.set()
            await asyncio.Event().wait()


async def test_a_run_that_fails_is_counted_told_and_followed_by_another(
    grown: Any,
    make_exporter: Any,
    archive: Any,
    metrics: ExportMetrics,
    registry: CollectorRegistry,
    caplog: pytest.LogCaptureFixture,
):
    await grown(300)
    archive.failures = 2
    pauses = Pauses(3)

    async with asyncio.timeout(5), exporting(make_exporter(), every_s=7.0, metrics=metrics, pause=pauses):
        await pauses.done.wait()

    assert [7.0] * 3 == pauses.asked
    assert 2.0 == registry.get_sample_value("pcf_audit_export_failures_total")
    assert 256.0 == registry.get_sample_value("pcf_audit_exported_events")
    assert "export failed" in [record.message for record in caplog.records if record.levelno == logging.ERROR]


async def test_leaving_ends_a_run_in_the_middle(grown: Any, make_exporter: Any, archive: Any, metrics: ExportMetrics):
    await grown(300)
    archive.hanging = asyncio.Event()

    async with asyncio.timeout(5), exporting(make_exporter(), every_s=1.0, metrics=metrics):
        await archive.hanging.wait()


async def test_exports_do_not_end_in_silence(
    make_exporter: Any, metrics: ExportMetrics, registry: CollectorRegistry, caplog: pytest.LogCaptureFixture
):
    reached = asyncio.Event()

    async def broken(_: float) -> None:
        reached.set()
        raise ZeroDivisionError

    async with exporting(make_exporter(), every_s=1.0, metrics=metrics, pause=broken):
        await reached.wait()

    assert 1.0 == registry.get_sample_value("pcf_audit_export_failures_total")
    assert "exports ended by an error; restart the service" in caplog.text
