"""`make bench-overhead`: what authentication, limits, metrics and traces cost the gateway's reads.

The gateway as it is shipped, with all of them on, and its bare routes are asked in turn, a few hundred requests at a
time; the median of the ratios of neighbours holds however the machine's speed drifts.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import psutil
import servers
from building import timed
from http_client import Connection
from rows import line

ROUNDS = 31
READS = 400
READERS = 8
BAR = 0.75
PATH = "/v1/builds/01K0000000000000000000000A"


def main() -> int:
    """Measure and print; 1 if more than a quarter of the throughput is lost."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        target = f"127.0.0.1:{stack.enter_context(_plain('generator')).port}"
        bare = stack.enter_context(_plain(target))
        settings = _settings(Path(folder), target, stack.enter_context(_plain("collector")).port)
        key = _key(settings)
        whole = stack.enter_context(servers.gateway(settings))
        started = _cpu_s(bare), _cpu_s(whole)
        shares = asyncio.run(_compare(whole.port, key, bare.port))
        spent = (_cpu_s(bare) - started[0]) / (_cpu_s(whole) - started[1])
    share = statistics.median(shares)
    low, high = statistics.quantiles(shares, n=20)[0], statistics.quantiles(shares, n=20)[-1]
    line("gateway read, everything on / bare routes", f"{share:.0%} ({low:.0%} to {high:.0%})", f"≥ {BAR:.0%}")
    line("the same by processor time, which other work on the machine moves less", f"{spent:.0%}", f"≥ {BAR:.0%}")
    return 0 if share >= BAR else 1


async def _compare(whole: int, key: str, bare: int) -> list[float]:
    headers = {"authorization": f"Bearer {key}"}
    shares = []
    for number in range(ROUNDS + 1):
        # Who goes first changes, so that a machine that slows down favours neither.
        if number % 2:
            on, off = await _throughput(whole, headers), await _throughput(bare, {})
        else:
            off, on = await _throughput(bare, {}), await _throughput(whole, headers)
        if number:  # the first warms both up
            shares.append(on / off)
    return shares


async def _throughput(port: int, headers: Mapping[str, str]) -> float:
    connections = [await Connection.open(port, headers) for _ in range(READERS)]

    async def read(connection: Connection) -> None:
        for _ in range(READS // READERS):
            response = await connection.request("GET", PATH)
            assert response.status == 200, response

    took = await timed(partial(asyncio.gather, *map(read, connections)))
    for connection in connections:
        await connection.close()
    return READS / took


def _settings(folder: Path, target: str, collector: int) -> dict[str, str]:
    """Everything on; limits that count each request and refuse none; one trace of ten is kept, as by default."""
    plenty = ("KEY_PER_SECOND", "KEY_PER_MINUTE", "TENANT_PER_SECOND", "TENANT_PER_MINUTE", "BUILDS_PER_DAY")
    return {
        "AUTH": "on",
        "DATABASE": str(folder / "gateway.db"),
        "KEY_PEPPER": "p" * 32,
        "GENERATOR_TARGET": target,
        "BRAIN_TARGET": target,
        "AUDIT_TARGET": target,
        "OTLP_ENDPOINT": f"http://127.0.0.1:{collector}",
        **dict.fromkeys(plenty, "10000000"),
    }


def _key(settings: Mapping[str, str]) -> str:
    command = (sys.executable, "-m", "pcf_gateway", "keys", "create", "--scope", "builds:read")
    environment = {f"PCF_GATEWAY_{name}": value for name, value in settings.items()}
    made = subprocess.run(command, env=os.environ | environment, text=True, capture_output=True, check=True, timeout=60)
    return made.stdout.split()[-1]


def _cpu_s(started: servers.Started) -> float:
    times = psutil.Process(started.pid).cpu_times()
    return float(times.user + times.system)


@contextmanager
def _plain(*arguments: str) -> Iterator[servers.Started]:
    with servers.process(sys.executable, str(servers.HERE / "plain_gateway.py"), *arguments) as running:
        assert running.stdout is not None
        yield servers.Started(int(running.stdout.readline()), running.pid)


if __name__ == "__main__":
    sys.exit(main())
