"""From the command line to a clean exit: `pcf-<service> [serve] | check-config`.

The application is an async context manager: entering it starts everything, leaving it drains and closes
in the right order. Signals only ask it to leave.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Final, NoReturn

from pcf_runtime import logs
from pcf_runtime.addresses import AddressUnavailableError
from pcf_runtime.settings import ConfigurationError, ServiceSettings, check_config, load, read

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
_logger: Final = logging.getLogger(__name__)

App = Callable[[], AbstractAsyncContextManager[object]]


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
) -> NoReturn:
    """What `pcf-<service>` does; ends the process."""
    command = _parse(service, arguments)
    try:
        if command == "check-config":
            sys.exit(check_config(read(settings)))
        values = load(settings)
    except ConfigurationError as error:
        sys.stderr.writelines(f"{problem}\n" for problem in error.problems)
        sys.exit(1)
    logs.configure(service=service, level=values.log_level)
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


def _parse(service: str, arguments: Sequence[str] | None) -> str:
    parser = argparse.ArgumentParser(
        prog=f"pcf-{service}",
        description=f"The {service} service of PCF Builder. Settings come from the environment.",
    )
    parser.add_argument(
        "command",
        nargs="?",
        choices=("serve", "check-config"),
        default="serve",
        help="serve (default), or print the effective settings and what is wrong with them",
    )
    command: str = parser.parse_args(arguments).command
    return command


def _serve(app: App) -> int:
    try:
        asyncio.run(run_until_signal(app))
    except AddressUnavailableError as error:
        _logger.critical(str(error))  # without its stack: the sentence says all
        return 1
    except Exception:
        _logger.exception("stopped by an error")
        return 1
    return 0
