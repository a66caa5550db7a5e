"""`make bench`: the numbers to hold, each beside its bare reference in the same run.

These machines are shared and noisy: quote the ratios, which hold when the machine's speed drifts, and not the times.
"""

import asyncio
import statistics
import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import audit_append
import bare
import grpc
import models
import servers
import solutions
from building import Call, build, started, timed
from google.protobuf.wrappers_pb2 import StringValue
from http_client import Connection
from pcf.brain.v1 import brain_pb2, brain_pb2_grpc
from rows import line, row

ROUNDS = 5
BUILDS = 40
WARM_UP = 8
READS = 400
CALLS = 400
READERS = 8


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as data, ExitStack() as stack:
        product = stack.enter_context(servers.product(Path(data)))
        hop = stack.enter_context(servers.bare("hop", "1500"))
        asyncio.run(_builds(product, hop))
        asyncio.run(_reads(product, hop))
        asyncio.run(_routes())
        line("audit append, durable, PostgreSQL", audit_append.measured(), "≥ 10,000 events/s")
        line("start: ready / resident", f"{product.ready_s:.2f} s / {product.resident_mb:.0f} MB", "≤ 2 s, ≤ 150 MB")
    models.measure()
    solutions.measure()


async def _builds(product: servers.Started, hop: servers.Started) -> None:
    made = await Connection.open(product.port)
    other = await Connection.open(hop.port)
    fresh: list[float] = []
    again: list[float] = []
    reference: list[float] = []
    for i in range(WARM_UP + BUILDS):
        # Another name each time: nothing of an earlier build can be taken again.
        prompt = f"I need a 5-star rating control for product reviews named Rating{i}"
        first = await timed(partial(build, made, prompt))
        second = await timed(partial(build, made, prompt))
        bare_hop = await timed(partial(other.request, "GET", "/x"))
        if i >= WARM_UP:
            fresh.append(first)
            again.append(second)
            reference.append(bare_hop)
    one_hop = statistics.median(reference)
    row("prompt → source, REST, warm", fresh, one_hop, "p50 ≤ 30 ms, p99 ≤ 120 ms")
    row("identical specification again", again, one_hop, "≤ 10 ms")
    await made.close()
    await other.close()


async def _reads(product: servers.Started, hop: servers.Started) -> None:
    connection = await Connection.open(product.port)
    path = await started(connection, "a star rating")
    await connection.request("GET", f"{path}/events")
    ours, theirs = [], []
    for _ in range(ROUNDS):
        theirs.append(await _throughput(hop.port, "/x"))
        ours.append(await _throughput(product.port, path))
    share = statistics.median(a / b for a, b in zip(ours, theirs, strict=True))
    figures = f"{statistics.median(ours):.0f}/s, bare {statistics.median(theirs):.0f}/s = {share:.0%}"
    line("gateway read", figures, "≥ 80 % of the bare hop")
    await connection.close()


async def _throughput(port: int, path: str) -> float:
    connections = [await Connection.open(port) for _ in range(READERS)]

    async def read(connection: Connection) -> None:
        for _ in range(READS // READERS):
            response = await connection.request("GET", path)
            assert response.status == 200, response

    took = await timed(partial(asyncio.gather, *map(read, connections)))
    for connection in connections:
        await connection.close()
    return READS / took


async def _routes() -> None:
    with servers.brain("WARNING") as brain:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{brain.port}") as channel:
            route = brain_pb2_grpc.BrainServiceStub(channel).RouteTask
            request = brain_pb2.RouteTaskRequest(task=brain_pb2.TASK_RENDER_CONTROL, capability_id="star-rating")
            await route(request, timeout=10, wait_for_ready=True)
            size = (await route(request, timeout=10)).ByteSize()
            with servers.bare("echo", str(size)) as echo:
                async with grpc.aio.insecure_channel(f"127.0.0.1:{echo.port}") as other:
                    say = bare.stub(other)
                    ratios = [
                        await _latency(partial(route, request, timeout=10))
                        / await _latency(partial(say, StringValue(value="x"), timeout=10))
                        for _ in range(ROUNDS)
                    ]
    figures = f"{statistics.median(ratios):.2f}× a bare echo of {size} bytes"
    line("brain route, cached (log level WARNING)", figures, "≤ 1.3×")


async def _latency(call: Call) -> float:
    return statistics.median([await timed(call) for _ in range(CALLS)])


if __name__ == "__main__":
    main()
