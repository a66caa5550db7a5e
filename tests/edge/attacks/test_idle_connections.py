"""10,000 connections that have shaken hands and ask nothing."""

import asyncio
import socket
import ssl
from typing import Any

from tests.edge.attacks.vitals import under_attack

_IDLE = 10_000
_AT_ONCE = 4
"""Threads that shake hands."""


async def test_ten_thousand_idle_connections(stack: Any):
    trusting = stack.edge.trusting
    open_ones: list[ssl.SSLSocket] = []

    def connect() -> None:
        while len(open_ones) < _IDLE:
            # Plain sockets: each of asyncio's with TLS has a buffer of 256 kB of its own.
            connection = socket.create_connection(("127.0.0.1", stack.edge.port), timeout=30)
            open_ones.append(trusting.wrap_socket(connection, server_hostname="localhost"))

    try:
        async with under_attack(stack, "10,000 idle connections, all with TLS") as watched:
            await asyncio.gather(*(asyncio.to_thread(connect) for _ in range(_AT_ONCE)))
            await watched.good.until(200)
            for connection in open_ones:
                connection.close()
    finally:
        for connection in open_ones:
            connection.close()

    assert watched.good.success >= 0.95, watched.good
    assert watched.worst.connections >= _IDLE
    assert watched.recovered, f"{watched.before}\n{watched.after}"
