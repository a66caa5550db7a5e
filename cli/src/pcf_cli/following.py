"""Follows a build to its end, over as many connections as that takes."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from typing import Final

from pcf_cli.client import Api
from pcf_cli.exits import Unreachable
from pcf_cli.progress import Progress
from pcf_cli.resources import SETTLED, Build

__all__ = ["follow"]

_PATIENCE: Final = 30
_PAUSE_S: Final = 1.0
"""What the server asks of its readers (`retry: 1000`)."""

Pause = Callable[[float], Awaitable[None]]


async def follow(
    api: Api,
    build_id: str,
    progress: Progress,
    *,
    after: int = 0,
    patience: int = _PATIENCE,
    pause: Pause = asyncio.sleep,
) -> Build:
    """The build once it has settled; Unreachable when the server stays away for `patience` attempts."""
    seen = after
    failures = 0
    while True:
        try:
            async with aclosing(api.events(build_id, after=seen)) as events:
                async for event in events:
                    if event["sequence"] > seen:
                        seen = event["sequence"]
                        progress.happened(event)
            build = await api.build(build_id)
        except Unreachable:
            failures += 1
            if failures >= patience:
                raise
            if failures == 1:
                progress.say(f"The server at {api.url} went away; looking for it again.")
        else:
            failures = 0
            # A stream may end before its build does: the server restarts, or a connection is cut.
            if build["state"] in SETTLED and build["last_sequence"] <= seen:
                return build
        await pause(_PAUSE_S)
