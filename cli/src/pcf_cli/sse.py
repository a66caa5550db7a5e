"""Reads text/event-stream (HTML standard, section 9.2) from the pieces in which it arrives.

Split by hand, since the line splitting at hand (str.splitlines, httpx) also breaks at U+2028 and the like,
which JSON may hold as they are.
"""

import json
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from typing import cast

from pcf_cli.resources import BuildEvent

__all__ = ["events"]


async def events(pieces: AsyncIterator[bytes]) -> AsyncGenerator[BuildEvent, None]:
    """Every whole event; what a broken connection left unfinished is dropped, as the standard has it."""
    waiting = b""
    async for piece in pieces:
        waiting = (waiting + piece).replace(b"\r\n", b"\n")
        *blocks, waiting = waiting.split(b"\n\n")
        for block in blocks:
            for event in _event(block):
                yield event


def _event(block: bytes) -> Iterator[BuildEvent]:
    """The block's event, unless it is a comment or only sets the retry time."""
    data = [line.removeprefix(b"data:").removeprefix(b" ") for line in block.split(b"\n") if line.startswith(b"data:")]
    if data:
        yield cast("BuildEvent", json.loads(b"\n".join(data)))
