"""From the command line to a clean exit: `pcf-<service> [serve] | check-config`, and what else a service offers.

The application is an async context manager: entering it starts everything, leaving it drains and closes
in the right order. Signals only ask it to leave.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from pcf_runtime import logs
from pcf_runtime.settings import ConfigurationError, ServiceSettings, check_config, load, read
from pcf_runtime.starting import CannotStartError

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
_logger: Final = logging.getLogger(__name__)

App = Callable[[], AbstractAsyncContextManager[object]]


@dataclass(frozen=True, slots=True)
class Command:
    """One more thing that `pcf-<service>` can do with its settings, such as `migrate`."""

    help: str
    run: Callable[[Any, argparse.Namespace], int]
    """Gets the settings, safe or not, and the parsed arguments; gives the exit code."""
    arguments: Callable[[argparse.ArgumentParser], None] = lambda _: None
    """Tells the parser what the command takes."""


async def run_until_signal(app: App) -> None:
    """Run the application until SIGTERM or SIGINT; a second signal exits at once.

    The handlers are in place before the application starts: PID 1 of a container has no default ones, and
    elsewhere the default would end the process in the middle of a call.
    """
    loop = asyncio.get_running_loop()
    stop = _Stop()
    for number in _SIGNALS:
        loop.add_signal_handler(number, stop.ask, number)
    try:
        await stop.run(app)
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)


def main(
    *,
    service: str,
    settings: type[ServiceSettings],
    app: Callable[[Any], AbstractAsyncContextManager[object]],
    arguments: Sequence[str] | None = None,
    commands: Mapping[str, Command] | None = None,
) -> NoReturn:
    """What `pcf-<service>` does; ends the process."""
    others = commands or {}
    asked = _parse(service, arguments, others)
    try:
        if asked.command == "check-config":
            sys.exit(check_config(read(settings)))
        if asked.command in others:
            sys.exit(_run(others[asked.command], read(settings), asked))
        values = load(settings)
    except ConfigurationError as error:
        sys.stderr.writelines(f"{problem}\n" for problem in error.problems)
        sys.exit(1)
    logs.configure(service=service, level=values.log_level, secrets=values.secrets())
    sys.exit(_serve(lambda: app(values)))


class _Stop:
    """Turns the first signal into an orderly end, also of an application that is still starting."""

    def __init__(self) -> None:
        self._asked = asyncio.Event()
        self._starting: asyncio.Task[object] | None = None

    def ask(self, number: signal.Signals) -> None:
        if self._asked.is_set():
            os._exit(128 + number)
        _logger.info("stop asked", extra={"pcf.signal": number.name})
        self._asked.set()
        if self._starting is not None:
            self._starting.cancel()

    async def run(self, app: App) -> None:
        self._starting = asyncio.current_task()
        try:
            async with app():
                self._starting = None
                await self._asked.wait()
        except asyncio.CancelledError:
            if self._starting is None or not self._asked.is_set():
                raise


def _parse(service: str, arguments: Sequence[str] | None, others: Mapping[str, Command]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=f"pcf-{service}",
        description=f"The {service} service of PCF Builder. Settings come from the environment.",
    )
    known = parser.add_subparsers(dest="command", metavar="command", title="commands")
    known.add_parser("serve", help="serve; what is done without a command")
    known.add_parser("check-config", help="print the effective settings and what is wrong with them")
    for name, command in others.items():
        command.arguments(known.add_parser(name, help=command.help, description=command.help))
    return parser.parse_args(arguments)


def _run(command: Command, settings: ServiceSettings, asked: argparse.Namespace) -> int:
    try:
        return command.run(settings, asked)
    except CannotStartError as error:
        sys.stderr.write(f"{error}\n")
        return 1


def _serve(app: App) -> int:
    try:
        asyncio.run(run_until_signal(app))
    except CannotStartError as error:
        _logger.critical(str(error))  # without its stack: the sentence says all
        return 1
    except Exception:
        _logger.exception("stopped by an error")
        return 1
    return 0
