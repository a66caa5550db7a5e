"""From a service's gauge to the pager: the real Prometheus and Alertmanager, and what they send."""

import asyncio
from functools import partial

import pytest
from pcf_generator.metrics import PipelineMetrics
from pcf_runtime.metrics import serve_metrics
from prometheus_client import CollectorRegistry

from tests.monitoring.receivers import receivers
from tests.monitoring.watch import watching
from tests.servers.processes import until

soon = partial(until, within_s=60)


@pytest.fixture
def told():
    with receivers() as kept:
        yield kept


@pytest.mark.slow
async def test_a_ticket_and_a_page_arrive_and_the_page_ends(told, tmp_path):
    registry = CollectorRegistry()
    metrics = PipelineMetrics(registry)
    async with serve_metrics(registry, host="127.0.0.1", port=0) as port:
        await asyncio.to_thread(_break_and_mend, told, tmp_path, metrics, port)
    (ticket, *_) = tickets(told)
    (page, *_) = pages(told, "trigger")
    (end, *_) = pages(told, "resolve")
    assert ticket["channel"] == "#pcf-builder"
    assert ticket["attachments"][0]["title"].endswith("has no compilers")
    assert page["routing_key"] == "k" * 32
    assert page["payload"]["severity"] == "critical"
    assert page["payload"]["class"] == "ArtifactStoreDown"
    assert page["payload"]["summary"] == "The artifact store does not answer"
    assert "docs/operations.md#artifactstoredown" in page["payload"]["custom_details"]["runbook"]
    assert end["dedup_key"] == page["dedup_key"]


def _break_and_mend(told, folder, metrics, port):
    metrics.compiler_installed.set(0)
    with watching(folder, {"generator": [port]}, told):
        soon(lambda: tickets(told), what="a ticket in Slack")
        metrics.artifacts_up(False)
        soon(lambda: pages(told, "trigger"), what="a page at PagerDuty")
        metrics.artifacts_up(True)
        soon(lambda: pages(told, "resolve"), what="the end of the page")


def tickets(told):
    return [each for each in told.messages if "docs/operations.md#compilersmissing" in each["attachments"][0]["text"]]


def pages(told, action):
    return [
        page for page in told.pages if page["event_action"] == action and page["payload"]["component"] == "generator"
    ]
