"""What is done with keys reaches the audit log: late if the log is away, and always once and in order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
from pcf_audit import bootstrap as audit
from pcf_audit.settings import AuditSettings
from pcf_gateway import bootstrap as gateway
from pcf_gateway.settings import GatewaySettings

from tests.servers.api_keys import PEPPER, add_key
from tests.servers.ports import free_port

PATIENCE_S = 30


class Product:
    """A gateway, and the audit log that it looks for."""

    def __init__(self, folder: Path, stack: AsyncExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._log_port = free_port()
        self._log: AsyncExitStack | None = None

    async def start(self) -> httpx.AsyncClient:
        """An administrator's client of a gateway on the same table as those before."""
        database = self._folder / "gateway.db"
        admin = add_key_in_thread(database)
        target = f"127.0.0.1:{self._log_port}"
        settings = GatewaySettings.model_validate(
            {"port": 0, "metrics_port": 0, "auth": "on", "key_pepper": PEPPER, "database": database}
            | {"audit_target": target, "generator_target": target, "brain_target": target}
        )
        running = await self._stack.enter_async_context(gateway.running(settings))
        headers = {"Authorization": f"Bearer {await admin}"}
        return await self._stack.enter_async_context(
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{running.port}", headers=headers, timeout=10)
        )

    async def start_log(self) -> None:
        log = AuditSettings(port=self._log_port, metrics_port=0, database=self._folder / "audit.db")
        self._log = await self._stack.enter_async_context(AsyncExitStack())
        await self._log.enter_async_context(audit.running(log))

    async def stop_log(self) -> None:
        assert self._log is not None
        await self._log.aclose()


async def add_key_in_thread(database: Path) -> str:
    return await asyncio.to_thread(add_key, database, tenant="contoso")


@pytest.fixture
async def product(tmp_path: Path) -> AsyncIterator[Product]:
    async with AsyncExitStack() as stack:
        yield Product(tmp_path, stack)


async def depth(http: httpx.AsyncClient) -> float:
    text = (await http.get("/metrics")).text
    return float(next(line.split()[1] for line in text.splitlines() if line.startswith("pcf_gateway_audit_outbox")))


async def told(http: httpx.AsyncClient, count: int) -> list[dict[str, Any]]:
    """The log's events of keys, oldest first, once there are so many and none waits any more."""
    events: list[dict[str, Any]] = []
    async with asyncio.timeout(PATIENCE_S):
        while len(events) < count or await depth(http):
            answer = await http.get("/v1/audit/events")
            events = answer.json()["events"] if answer.status_code == 200 else []
            await asyncio.sleep(0.02)
    return events[::-1]


async def change_keys(http: httpx.AsyncClient) -> list[tuple[str, str]]:
    """Make, rotate and revoke; what the log must come to hold of it."""
    new = {"name": "Ada's laptop", "scopes": ["builds:read"]}
    made = (await http.post("/v1/keys", json=new)).raise_for_status().json()["key"]["id"]
    turned = (await http.post(f"/v1/keys/{made}:rotate", json={})).raise_for_status().json()["key"]["id"]
    for _ in range(2):
        (await http.post(f"/v1/keys/{turned}:revoke")).raise_for_status()
    return [("key.created", made), ("key.rotated", made), ("key.revoked", turned)]


async def test_an_event_says_who_did_what_with_which_key_and_nothing_of_its_secret(product: Product):
    await product.start_log()
    http = await product.start()
    new = {"name": "Ada's laptop", "scopes": ["builds:read", "audit:read"]}
    made = await http.post("/v1/keys", json=new, headers={"X-Request-Id": "request-1"})
    secret = made.json()["secret"].rpartition("_")[2]
    event = (await told(http, 2))[-1]

    assert ("key.created", "key:ci", "contoso") == (event["type"], event["actor"], event["tenant"])
    assert "request-1" == event["request_id"]
    assert {"key": made.json()["key"]["id"], "scopes": "builds:read audit:read"} == event["details"]
    assert {"name": "Ada's laptop"} == event["personal"]
    assert secret[:20] not in str(event)


async def test_a_log_that_is_away_stops_nothing_and_hears_of_it_later_once_and_in_order(product: Product):
    http = await product.start()
    expected = await change_keys(http)
    refused = await http.get("/v1/audit/events")
    await product.start_log()
    events = await told(http, 4)

    assert 503 == refused.status_code
    assert expected == [(event["type"], event["details"]["key"]) for event in events[1:]]
    assert 4 == len({event["id"] for event in events})


async def test_a_log_that_goes_and_comes_back_misses_nothing(product: Product):
    await product.start_log()
    http = await product.start()
    expected = await change_keys(http)
    await told(http, 4)
    await product.stop_log()
    expected += await change_keys(http)
    await product.start_log()
    events = await told(http, 7)

    assert expected == [(event["type"], event["details"]["key"]) for event in events[1:]]


async def test_two_gateways_on_one_table_tell_everything_once(product: Product):
    first, second = await product.start(), await product.start()
    made = [key for http in (first, second, first) for key in await change_keys(http)]
    await product.start_log()
    events = await told(first, 11)

    assert sorted(made) == sorted((event["type"], event["details"]["key"]) for event in events[2:])
    assert 11 == len({event["id"] for event in events}) == len(events)
