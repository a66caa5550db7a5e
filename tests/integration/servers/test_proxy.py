"""The proxy does what it is told, and no more."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

pytestmark = pytest.mark.slow


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(100):
        writer.write(data)
    writer.close()


@pytest.fixture
async def proxy(proxied) -> AsyncIterator:
    """In front of a server that sends back what it gets."""
    async with (
        await asyncio.start_server(_echo, "127.0.0.1", 0) as echo,
        proxied(*echo.sockets[0].getsockname()) as proxy,
    ):
        yield proxy


@pytest.fixture
async def client(proxy) -> AsyncIterator:
    client = await asyncio.open_connection("127.0.0.1", proxy.port)
    yield client
    client[1].transport.abort()


async def test_passes_both_ways(client):
    reader, writer = client
    writer.write(b"hello")
    writer.write_eof()
    assert b"hello" == await reader.read()


async def test_hangs_until_it_passes_again(proxy, client):
    reader, writer = client
    proxy.hang()
    writer.write(b"hello")
    waiting = asyncio.create_task(reader.readexactly(5))
    # Another connection is still accepted: it is the data that does not come.
    _, other = await asyncio.open_connection("127.0.0.1", proxy.port)
    other.transport.abort()
    assert not waiting.done()
    proxy.pass_()
    assert b"hello" == await waiting


async def test_cuts_what_is_connected_and_takes_new_ones(proxy, client):
    client[1].write(b"1")
    assert b"1" == await client[0].readexactly(1)
    proxy.cut()
    with pytest.raises(ConnectionResetError):
        await client[0].readexactly(1)
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(b"again")
    assert b"again" == await reader.readexactly(5)
    writer.transport.abort()


async def test_refuses_until_it_passes_again(proxy):
    proxy.refuse()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", proxy.port)
    proxy.pass_()
    _, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.transport.abort()


async def test_slow_takes_the_delay_in_each_direction(proxy, client):
    reader, writer = client
    proxy.slow(0.05)
    began = asyncio.get_running_loop().time()
    writer.write(b"hello")
    assert b"hello" == await reader.readexactly(5)
    assert asyncio.get_running_loop().time() - began >= 0.1


async def test_a_server_that_is_away_breaks_the_connection_off(proxied):
    async with await asyncio.start_server(_echo, "127.0.0.1", 0) as gone:
        address = gone.sockets[0].getsockname()
    async with proxied(*address) as proxy:
        reader, _ = await asyncio.open_connection("127.0.0.1", proxy.port)
        with pytest.raises(ConnectionResetError):
            await reader.readexactly(1)


async def test_a_connection_refused_before_its_first_step_is_closed(proxy):
    loop = asyncio.get_running_loop()
    with socket.create_connection(("127.0.0.1", proxy.port)) as client:
        client.setblocking(False)
        # Due in the turn that accepts, so the task that carries the connection is cancelled before it ran.
        loop.call_later(0, proxy.refuse)
        async with asyncio.timeout(10):
            assert b"" == await loop.sock_recv(client, 1)
