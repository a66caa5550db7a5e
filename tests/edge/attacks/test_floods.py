"""Floods of HTTP/2 frames from many connections, which are opened again as soon as the edge closes them."""

import asyncio
from typing import Any

import pytest

from tests.edge.attacks.frames import flood
from tests.edge.attacks.vitals import under_attack

_ATTACKERS = 50
_GOOD = 200
KINDS = ["resets", "continuations", "pings", "settings", "empty data", "priorities"]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_flood_is_thrown_out_again_and_again(stack: Any, kind: str):
    thrown_out: list[str] = []
    async with under_attack(stack, f"flood of {kind}") as watched:
        await _flooded(stack, kind, watched.good, thrown_out)
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


async def _flooded(stack: Any, kind: str, good: Any, thrown_out: list[str]) -> None:
    attackers = [asyncio.create_task(flood(stack.edge, kind, thrown_out)) for _ in range(_ATTACKERS)]
    try:
        await good.until(_GOOD)
    finally:
        for each in attackers:
            each.cancel()
        await asyncio.gather(*attackers, return_exceptions=True)
