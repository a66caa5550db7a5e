"""Builds from a prompt, with a server that is there or one of its own."""

from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pcf_cli.brain_folder import find_brain
from pcf_cli.building import Built, Order, build
from pcf_cli.client import connect
from pcf_cli.exits import Exit
from pcf_cli.files import prepare_folder
from pcf_cli.invocation import needing_services
from pcf_cli.output import show_json, show_text
from pcf_cli.progress import Progress, choose_progress
from pcf_cli.questions import Asker, Nobody, Person, read_line
from pcf_cli.summary import next_commands, summary

__all__ = ["Server", "build_files"]


@dataclass(frozen=True, slots=True)
class Server:
    """Which server is to build: the one at an address, or without one a server of this process."""

    url: str | None
    data: Path | None
    brain: Path | None
    verbose: bool


async def build_files(order: Order, server: Server, *, as_json: bool, interactive: bool) -> Exit:
    """Build, and tell what came of it."""
    prepare_folder(order.folder)
    progress = choose_progress(as_json=as_json)
    asker: Asker = Person(say=progress.say, line=read_line) if interactive else Nobody()
    async with AsyncExitStack() as stack:
        url = server.url or await _own_server(server, stack, progress)
        api = await stack.enter_async_context(connect(url))
        built = await build(api, order, progress=progress, asker=asker)
        _show(built, as_json=as_json)
    return Exit.DONE


async def _own_server(server: Server, stack: AsyncExitStack, progress: Progress) -> str:
    brain = find_brain(server.brain)
    progress.say("Starting a server for this build.")
    with needing_services():
        from pcf_cli.own_server import own_server  # noqa: PLC0415 - all four services

    return await stack.enter_async_context(own_server(data=server.data, brain=brain, verbose=server.verbose))


def _show(built: Built, *, as_json: bool) -> None:
    if as_json:
        show_json(_document(built))
        return
    for line in summary(built.result, built.files, unknown=built.not_understood):
        show_text(line)


def _document(built: Built) -> dict[str, Any]:
    files = [
        {"kind": file.kind, "path": str(file.path), "sha256": file.sha256, "size_bytes": file.size_bytes}
        for file in built.files
    ]
    return {
        "outcome": "built",
        "exit_code": int(Exit.DONE),
        "build": built.build,
        "files": files,
        "not_understood": list(built.not_understood),
        "next": next_commands(built.files),
    }
