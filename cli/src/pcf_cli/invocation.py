"""What commands share: where the server is, in which form to answer, and how to end."""

import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, Final, NoReturn, TypeVar

import click

from pcf_cli.exits import CommandFailed, Exit, WrongUsage

__all__ = ["json_option", "needing_services", "run", "url_option"]

_DEFAULT_URL: Final = "http://127.0.0.1:3000"
_Command = TypeVar("_Command", bound=Callable[..., Any])


def url_option(command: _Command) -> _Command:
    """--url, else PCF_URL, else this machine."""
    return click.option(
        "--url",
        envvar="PCF_URL",
        default=_DEFAULT_URL,
        show_default=True,
        show_envvar=True,
        help="Where the server is.",
    )(command)


def json_option(command: _Command) -> _Command:
    return click.option("--json", "as_json", is_flag=True, help="Write one JSON document to stdout, and nothing else.")(
        command
    )


def run(work: Coroutine[Any, Any, Exit | None], *, as_json: bool = False) -> NoReturn:
    """Do the work, tell how it ended, and end the process with its exit code."""
    import asyncio  # noqa: PLC0415 - `--help` does without it

    from pcf_cli.interruption import interruptible  # noqa: PLC0415
    from pcf_cli.output import show_json  # noqa: PLC0415

    try:
        code = asyncio.run(interruptible(work)) or Exit.DONE
    except CommandFailed as failed:
        if not as_json:
            raise
        show_json(failed.document())
        code = Exit(failed.exit_code)
    sys.exit(code)


@contextmanager
def needing_services() -> Iterator[None]:
    """Around imports of the development server, which an installation may go without."""
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or not error.name.startswith("pcf_"):
            raise
        raise WrongUsage(
            f"The development server is not installed ({error.name} is missing): "
            "install pcf-cli[serve], or name a server with --url or PCF_URL."
        ) from error
