"""Events are read whatever pieces they arrive in."""

import json
from collections.abc import AsyncIterator

import pytest
from pcf_cli import sse

ONE, TWO = {"sequence": 1, "message": "one\u2028line\x85still"}, {"sequence": 2, "message": "two"}


async def pieces(content: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


def block(event: object, line_end: str = "\n") -> bytes:
    lines = ["id: 1", "event: x", f"data: {json.dumps(event, ensure_ascii=False)}", "", ""]
    return line_end.join(lines).encode()


@pytest.mark.parametrize("size", [1, 2, 7, 10_000])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
async def test_events_come_out_whole(size: int, line_end: str):
    content = b"retry: 1000\n\n: still here\n\n" + block(ONE, line_end) + block(TWO, line_end)

    assert [ONE, TWO] == [event async for event in sse.events(pieces(content, size))]


async def test_an_event_that_was_cut_off_is_dropped():
    content = block(ONE) + block(TWO)[:-1]

    assert [ONE] == [event async for event in sse.events(pieces(content, 5))]


async def test_data_may_stand_on_several_lines():
    content = b'data: {"sequence":\ndata: 3}\n\n'

    assert [{"sequence": 3}] == [event async for event in sse.events(pieces(content, 100))]
