"""The service as it runs: ports, health, metrics, a store that fails, its end."""

import asyncio
import json
import sqlite3
import urllib.request
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from pcf.audit.v1 import audit_pb2 as pb
from pcf.audit.v1 import audit_pb2_grpc
from pcf_audit.bootstrap import SERVICE, running
from pcf_audit.settings import AuditSettings
from pcf_runtime.client import open_channel, service_config
from pcf_runtime.errors import DataLoss, ResourceExhausted, Unavailable
from pcf_runtime.testing import expect_error

MessageMaker = Callable[..., pb.Event]


@pytest.fixture
def settings(tmp_path: Path) -> AuditSettings:
    return AuditSettings(port=0, metrics_port=0, database=tmp_path / "var" / "audit.db", drain_grace_s=5.0)


@asynccontextmanager
async def channel_to(port: int) -> AsyncIterator[grpc.aio.Channel]:
    channel = open_channel(f"127.0.0.1:{port}", service_config=service_config("pcf.audit.v1"))
    try:
        yield channel
    finally:
        await channel.close()


async def health(channel: grpc.aio.Channel, service: str) -> int:
    response = await health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(service=service))
    return response.status


async def metrics(port: int) -> str:
    def read() -> str:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            return answer.read().decode()

    return await asyncio.to_thread(read)


def test_the_service_config_names_every_method_and_no_other():
    [config] = json.loads(service_config("pcf.audit.v1"))["methodConfig"]
    methods = pb.DESCRIPTOR.services_by_name["AuditService"].methods_by_name

    assert {(SERVICE, method) for method in methods} == {(name["service"], name["method"]) for name in config["name"]}


@pytest.mark.parametrize("service", ["", SERVICE, "liveness"])
async def test_a_started_service_is_healthy(settings: AuditSettings, service: str):
    async with running(settings) as service_, channel_to(service_.port) as channel:
        assert await health(channel, service) == health_pb2.HealthCheckResponse.SERVING


async def test_a_log_outlives_its_service(settings: AuditSettings, make_message: MessageMaker):
    async with running(settings) as service, channel_to(service.port) as channel:
        stub = audit_pb2_grpc.AuditServiceStub(channel)
        first = await stub.AppendEvents(pb.AppendEventsRequest(events=[make_message(0)]))
    async with running(settings) as service, channel_to(service.port) as channel:
        stub = audit_pb2_grpc.AuditServiceStub(channel)
        second = await stub.AppendEvents(pb.AppendEventsRequest(events=[make_message(0), make_message(1)]))

    assert first.receipts[0].leaf_hash == second.receipts[0].leaf_hash
    assert [(receipt.index, receipt.is_duplicate) for receipt in second.receipts] == [(0, True), (1, False)]


async def test_metrics_are_served(settings: AuditSettings, make_message: MessageMaker):
    async with running(settings) as service, channel_to(service.port) as channel:
        stub = audit_pb2_grpc.AuditServiceStub(channel)
        await stub.AppendEvents(pb.AppendEventsRequest(events=[make_message(0), make_message(1)]))
        text = await metrics(service.metrics_port)

    assert 'pcf_audit_events_appended_total{outcome="succeeded"} 2.0' in text
    assert 'pcf_audit_events_appended_total{outcome="refused"} 0.0' in text
    assert 'pcf_audit_verifications_total{result="broken"} 0.0' in text
    assert "pcf_audit_log_events 2.0" in text
    assert 'pcf_build_info{service="audit"' in text
    assert 'rpc="pcf.audit.v1.AuditService/VerifyLog"' in text


async def test_the_size_of_the_log_is_known_at_start(settings: AuditSettings, make_message: MessageMaker):
    async with running(settings) as service, channel_to(service.port) as channel:
        stub = audit_pb2_grpc.AuditServiceStub(channel)
        await stub.AppendEvents(pb.AppendEventsRequest(events=[make_message(0), make_message(1)]))
    async with running(settings) as service:
        assert "pcf_audit_log_events 2.0" in await metrics(service.metrics_port)


def drop_heads(database: Path) -> None:
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("DROP TABLE heads")


async def test_a_store_that_was_destroyed_is_told(settings: AuditSettings, make_message: MessageMaker):
    async with running(settings) as service, channel_to(service.port) as channel:
        drop_heads(settings.database)

        with expect_error(DataLoss, reason="LOG_DAMAGED", domain="audit.pcf"):
            await audit_pb2_grpc.AuditServiceStub(channel).AppendEvents(
                pb.AppendEventsRequest(events=[make_message(0)])
            )


async def test_a_service_without_its_store_is_alive_and_not_ready(settings: AuditSettings):
    async with running(settings):
        drop_heads(settings.database)
    # A plain channel: ours would not even ask a server whose health is not good.
    async with (
        running(settings) as service,
        grpc.aio.insecure_channel(f"127.0.0.1:{service.port}") as channel,
    ):
        assert await health(channel, SERVICE) == health_pb2.HealthCheckResponse.NOT_SERVING
        assert await health(channel, "liveness") == health_pb2.HealthCheckResponse.SERVING


async def test_a_store_locked_by_another_is_unavailable(audit: Any, make_message: MessageMaker):
    with closing(sqlite3.connect(audit.database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with expect_error(Unavailable, reason="STORE_UNAVAILABLE", domain="audit.pcf"):
            await audit.stub.AppendEvents(pb.AppendEventsRequest(events=[make_message(0)]))


async def test_more_events_than_may_wait_are_refused(audit: Any, make_message: MessageMaker):
    """While the store is taken, one or two calls of 500 are in work and four are the 2,000 that may wait."""
    calls = [
        pb.AppendEventsRequest(events=[make_message(500 * call + number) for number in range(500)]) for call in range(8)
    ]
    await audit.stub.AppendEvents(pb.AppendEventsRequest(events=[make_message(9_999)]))  # makes the tenant's key
    async with audit.store.writing():
        answers = [asyncio.ensure_future(audit.stub.AppendEvents(call)) for call in calls]
        first_to_end = asyncio.as_completed(answers)
        for _ in range(2):
            with expect_error(ResourceExhausted, reason="LOG_BUSY", domain="audit.pcf") as refused:
                await next(first_to_end)
            assert refused.error is not None
            assert refused.error.retry_after_s == 1.0
    await asyncio.wait(answers)
    stored = [answer for answer in answers if answer.exception() is None]

    assert len(stored) in (5, 6)
    assert (await audit.stub.VerifyLog(pb.VerifyLogRequest())).event_count == 1 + 500 * len(stored)


async def test_what_is_acknowledged_during_the_end_is_stored(settings: AuditSettings, make_message: MessageMaker):
    async with AsyncExitStack() as channels:
        async with running(settings) as service:
            channel = await channels.enter_async_context(channel_to(service.port))
            stub = audit_pb2_grpc.AuditServiceStub(channel)
            calls = [
                asyncio.ensure_future(stub.AppendEvents(pb.AppendEventsRequest(events=[make_message(number)])))
                for number in range(100)
            ]
            await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
        answers = await asyncio.gather(*calls, return_exceptions=True)
    acknowledged = {answer.receipts[0].event_id for answer in answers if isinstance(answer, pb.AppendEventsResponse)}
    async with running(settings) as service, channel_to(service.port) as channel:
        stub = audit_pb2_grpc.AuditServiceStub(channel)
        verified = await stub.VerifyLog(pb.VerifyLogRequest())
        stored = [event.event_id async for event in stub.ExportEvents(pb.ExportEventsRequest())]

    assert verified.valid
    assert acknowledged
    assert acknowledged <= set(stored)
    assert len(stored) == len(set(stored))
