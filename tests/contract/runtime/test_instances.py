"""Two instances behind one channel: one leaves under load and no caller notices."""

import asyncio
from typing import Any

from pcf_runtime.client import open_channel

CONFIG = """{
    "loadBalancingConfig": [{"round_robin": {}}],
    "healthCheckConfig": {"serviceName": "shapes.v1.Shapes"}
}"""


async def test_no_call_is_lost_when_an_instance_leaves(shapes: Any, stub_of: Any):
    reached = asyncio.Event()

    async def echo(text: str, _context: Any) -> str:
        return text

    async def echo_and_tell(text: str, _context: Any) -> str:
        reached.set()
        return text

    async with shapes(echo_and_tell, readiness_wait_s=0.3) as leaving, shapes(echo) as staying:
        target = f"ipv4:127.0.0.1:{leaving.port},127.0.0.1:{staying.port}"
        async with open_channel(target, service_config=CONFIG) as channel:
            stub, left = stub_of(channel), asyncio.Event()

            async def call_until_left() -> int:
                answers = 0
                while not left.is_set():
                    assert await stub.unary_unary("a") == "a"
                    answers += 1
                return answers

            callers = [asyncio.create_task(call_until_left()) for _ in range(4)]
            await asyncio.wait_for(reached.wait(), 10)
            await leaving.server.drain()
            left.set()
            assert min(await asyncio.gather(*callers)) > 0
