"""Coming and going: nothing in flight is lost, streams end by themselves, and a taken port is said."""

import asyncio
from typing import Any

import httpx
import pytest
from pcf_gateway.bootstrap import running
from pcf_gateway.settings import GatewaySettings
from pcf_runtime.addresses import AddressUnavailableError


async def test_an_event_stream_ends_when_the_gateway_leaves(settings: GatewaySettings, generator: Any):
    async with httpx.AsyncClient(timeout=5) as http:
        async with running(settings) as gateway:
            base = f"http://127.0.0.1:{gateway.port}"
            place = (await http.post(f"{base}/v1/builds", json={"prompt": "hold"})).headers["Location"]
            stream = http.stream("GET", f"{base}{place}/events")
            response = await stream.__aenter__()
            lines = response.aiter_lines()
            await anext(lines)

        rest = [line async for line in lines]

    assert rest[-1] == ""
    assert generator.watchers == 0


async def test_a_request_in_flight_is_answered_before_the_gateway_is_gone(settings: GatewaySettings, generator: Any):
    async with httpx.AsyncClient(timeout=5) as http:
        async with running(settings) as gateway:
            url = f"http://127.0.0.1:{gateway.port}/v1/builds"
            headers = {"X-Request-Timeout": "1"}
            slow = asyncio.create_task(http.post(url, json={"prompt": "slow"}, headers=headers))
            await generator.called.wait()

        assert (await slow).json()["reason"] == "DEADLINE_EXCEEDED"


async def test_a_port_that_is_taken_is_said(settings: GatewaySettings):
    async with running(settings) as gateway:
        with pytest.raises(AddressUnavailableError, match=str(gateway.port)):
            async with running(settings.model_copy(update={"port": gateway.port})):
                pass


async def test_two_gateways_share_nothing(settings: GatewaySettings):
    async with running(settings) as one, running(settings) as other, httpx.AsyncClient() as http:
        await http.get(f"http://127.0.0.1:{one.port}/healthz")
        text = (await http.get(f"http://127.0.0.1:{other.port}/metrics")).text

    assert 'pcf_http_requests_total{code="200",method="GET",route="/healthz"} 0.0' in text
