"""Serves everything in this process until a signal."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import click
from pcf_runtime import logs
from pcf_runtime.lifecycle import run_until_signal

from pcf_cli.development_server import DevelopmentServer, Places, brain_problems, running

__all__ = ["serve_until_signal"]

_LOOK_AGAIN_S: Final = 2.0


def serve_until_signal(*, port: int, data: Path, brain: Path, verbose: bool) -> None:
    """Serve, and tell when it is ready. Returns after an orderly end."""
    logs.configure(service="pcf-builder", level="INFO" if verbose else "WARNING")
    places = Places(port=port, data=data, brain=brain)
    asyncio.run(run_until_signal(lambda: _announced(places)))


@asynccontextmanager
async def _announced(places: Places) -> AsyncIterator[None]:
    async with running(places) as server:
        announcing = asyncio.create_task(_announce(server, places.brain), name="announce")
        try:
            yield
        finally:
            announcing.cancel()
            await asyncio.wait({announcing})


async def _announce(server: DevelopmentServer, brain: Path) -> None:
    told: list[str] = []
    while waiting_for := await server.waiting_for():
        reasons = "; ".join(f"{name}: {why}" for name, why in waiting_for.items())
        lines = [f"PCF Builder listens on {server.url} and waits for {reasons}.", *await brain_problems(brain)]
        if lines != told:
            click.echo("\n  ".join(lines), err=True)
            told = lines
        await asyncio.sleep(_LOOK_AGAIN_S)
    click.echo(f"PCF Builder is ready: {server.url} (documentation: {server.url}/docs; data: {server.data})")
