"""Floods of HTTP/2 frames from many connections, which are opened again as soon as the edge closes them."""

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from tests.edge.attacks.frames import flood
from tests.edge.attacks.vitals import under_attack

# An attacker who is called off in the middle of a handshake leaves its transport to the collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

_ATTACKERS = 50
_GOOD = 200
_PATIENCE_S = 60.0
"""More than a request's headers may take at the edge."""
_PAUSE_S = 0.1
KINDS = ["resets", "continuations", "pings", "settings", "empty data", "priorities"]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_flood_is_thrown_out_again_and_again(stack: Any, kind: str):
    thrown_out: list[str] = []
    async with under_attack(stack, f"flood of {kind}") as watched:
        await _flooded(stack, kind, watched.good, thrown_out, until_thrown_out=_ATTACKERS)
    print(f"  {len(thrown_out)} connections closed by the edge")

    assert len(thrown_out) >= _ATTACKERS
    assert watched.good.success >= 0.95, watched.good
    assert watched.recovered, f"{watched.before}\n{watched.after}"


async def test_windows_that_let_nothing_through(stack: Any):
    """5,000 streams whose answers the client never takes."""
    async with under_attack(stack, "starved windows") as watched:
        await _flooded(stack, "starved windows", watched.good, [])

    assert watched.good.success >= 0.95, watched.good
    assert watched.worst.connections >= _ATTACKERS
    assert watched.recovered, f"{watched.before}\n{watched.after}"


async def _flooded(stack: Any, kind: str, good: Any, thrown_out: list[str], *, until_thrown_out: int = 0) -> None:
    """Until good traffic has gone on for a while, and the edge has lost its patience with so many connections."""
    attackers = [asyncio.create_task(flood(stack.edge, kind, thrown_out)) for _ in range(_ATTACKERS)]
    try:
        await good.until(_GOOD)
        with suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                while len(thrown_out) < until_thrown_out:
                    await asyncio.sleep(_PAUSE_S)
    finally:
        for each in attackers:
            each.cancel()
        await asyncio.gather(*attackers, return_exceptions=True)
