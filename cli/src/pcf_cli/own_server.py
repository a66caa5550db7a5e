"""A development server that lives as long as one build."""

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from pcf_runtime import logs

from pcf_cli.development_server import DevelopmentServer, Places, brain_problems, running
from pcf_cli.exits import Unreachable

__all__ = ["own_server"]

_READY_WITHIN_S: Final = 15.0
_LOOK_AGAIN_S: Final = 0.5


@asynccontextmanager
async def own_server(*, data: Path | None, brain: Path, verbose: bool) -> AsyncIterator[str]:
    """The URL of a server on a free port; without a data folder, its data is gone with it."""
    logs.configure(service="pcf-builder", level="INFO" if verbose else "ERROR")
    async with AsyncExitStack() as stack:
        folder = data or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="pcf-builder-")))
        server = await stack.enter_async_context(running(Places(port=0, data=folder, brain=brain, own=True)))
        await _ready(server, brain=brain)
        yield server.url


async def _ready(server: DevelopmentServer, *, brain: Path) -> None:
    loop = asyncio.get_running_loop()
    ends_at = loop.time() + _READY_WITHIN_S
    while waiting_for := await server.waiting_for():
        if problems := await brain_problems(brain):
            raise Unreachable(f"The brain in {brain} cannot be used:", *(f"  {problem}" for problem in problems))
        if loop.time() > ends_at:
            reasons = "; ".join(f"{name}: {why}" for name, why in waiting_for.items())
            raise Unreachable(f"The server does not get ready; it waits for {reasons}.")
        await asyncio.sleep(_LOOK_AGAIN_S)
