"""Certificates change and gateways restart while clients ask: nobody notices."""

import asyncio
import ssl
from typing import Any

from tests.edge.traffic import asking

_BETWEEN = 30
"""So many requests are answered between two changes."""


async def test_certificates_change_under_load(stack: Any):
    certificates = stack.edge.certificates
    async with asking(
        f"{stack.edge.url}/v1/capabilities", _trusting_anybody(), http2=False, new_connections=True
    ) as asked:
        for _ in range(3):
            await asked.until(_BETWEEN)
            certificates.rotate()
            await _served(stack.edge)

    assert {} == asked.failed, _why(stack.edge)
    assert asked.total >= 3 * _BETWEEN


async def test_gateways_restart_under_load(stack: Any):
    async with asking(f"{stack.edge.url}/v1/capabilities", stack.edge.trusting) as asked:
        for gateway in stack.gateways:
            await asked.until(_BETWEEN)
            await asyncio.to_thread(gateway.stop)
            gateway.start()
            await gateway.ready()
            await _healthy(stack.edge, len(stack.gateways))

    assert {} == asked.failed, _why(stack.edge)
    assert asked.total >= 2 * _BETWEEN


async def test_a_gateway_dies_under_load(stack: Any):
    victim = stack.gateways[0]
    async with asking(f"{stack.edge.url}/v1/capabilities", stack.edge.trusting) as asked:
        await asked.until(_BETWEEN)
        victim.kill()
        await asked.until(_BETWEEN)
    victim.start()
    await victim.ready()
    await _healthy(stack.edge, len(stack.gateways))

    assert {} == asked.failed, _why(stack.edge)


def _trusting_anybody() -> ssl.SSLContext:
    """Which certificate is shown is looked at in `_served`."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


async def _served(edge: Any) -> None:
    """Returns when a client that trusts the newest certificate alone is let in."""
    async with asyncio.timeout(20):
        while True:
            try:
                _, writer = await asyncio.open_connection(
                    "127.0.0.1", edge.port, ssl=edge.trusting, server_hostname="localhost"
                )
            except ssl.SSLCertVerificationError:
                await asyncio.sleep(0.02)
            else:
                writer.transport.abort()
                return


def _why(edge: Any) -> list[tuple[Any, ...]]:
    """What the access log says of the last requests that failed."""
    told = ("http.response.status_code", "envoy.flags", "envoy.details", "server.address")
    return [tuple(line[name] for name in told) for line in edge.lines() if line["http.response.status_code"] >= 500][
        -5:
    ]


async def _healthy(edge: Any, count: int) -> None:
    """Returns when the edge sends requests to so many gateways."""
    async with asyncio.timeout(30):
        while await asyncio.to_thread(edge.counted, "cluster.gateway.membership_healthy") < count:
            await asyncio.sleep(0.05)
