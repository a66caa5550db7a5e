"""`pcf-ops`, also as `python -m pcf_ops`."""

import asyncio
import json
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import NoReturn

import click

from pcf_ops import status as telling
from pcf_ops.change import Change, RefusedError, StepFailedError, Steps
from pcf_ops.configuration import Configuration, UnusableConfigurationError, read
from pcf_ops.database import DatabaseFailedError
from pcf_ops.record import record_of
from pcf_ops.verifying import notify, smoke
from pcf_ops.view import view_of

__all__ = ["main"]

_EXITS = """\b
Exit codes:
  0  done, or all is well
  1  refused: nothing was changed; or not all is well
  2  the command line or the file cannot be used
  3  some steps are done and one is not: read which, then run it again
"""
_REFUSED, _USAGE, _HALFWAY = 1, 2, 3


@click.group(epilog=_EXITS, no_args_is_help=True)
@click.option(
    "--regions",
    "file",
    envvar="PCF_REGIONS",
    show_envvar=True,
    type=click.Path(path_type=Path, dir_okay=False),
    default="regions.yaml",
    show_default=True,
    help="File that says what the two regions are.",
)
@click.pass_context
def program(context: click.Context, file: Path) -> None:
    """Two regions: which one answers, and the change from one to the other."""
    context.obj = file


@program.command(epilog=_EXITS)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON document.")
@click.pass_obj
def status(file: Path, *, as_json: bool) -> int:
    """Tell who takes writes, who follows and how far behind, and where makers are sent."""
    told = _read(file)
    view = asyncio.run(view_of(told, record_of(told)))
    if as_json:
        click.echo(json.dumps(telling.document(view), indent=2))
    else:
        click.echo("\n".join(telling.lines(view)))
    return _REFUSED if list(view.faults()) else 0


@program.command(epilog=_EXITS)
@click.option("--to", help="The region that takes over; if left out, the one that is not home.")
@click.option("--planned", is_flag=True, help="Both regions are well: hand over without losing anything.")
@click.option(
    "--accept-loss", is_flag=True, help="With asynchronous replication: what was acknowledged last may be lost."
)
@click.pass_obj
def failover(file: Path, to: str | None, *, planned: bool, accept_loss: bool) -> int:
    """Have the other region take over: promote its database, switch the record, verify, notify."""
    told = _read(file)
    name = to or told.other(told.home)
    if name not in told.regions:
        raise click.BadParameter(f"{name} is none of the regions: {', '.join(told.regions)}", param_hint="--to")
    return _change(told, name, planned=planned, loss_accepted=accept_loss)


@program.command(epilog=_EXITS)
@click.pass_obj
def failback(file: Path) -> int:
    """Bring the product home, once the database there follows again. Nothing is lost."""
    told = _read(file)
    return _change(told, told.home, planned=True, loss_accepted=False)


def _read(file: Path) -> Configuration:
    try:
        return read(file)
    except UnusableConfigurationError as error:
        raise click.UsageError(str(error)) from error


def _change(told: Configuration, to: str, *, planned: bool, loss_accepted: bool) -> int:
    steps = Steps(click.echo, partial(smoke, source_only=told.source_only), partial(notify, told.notify))
    change = Change(told, record_of(told), steps, to, planned=planned, loss_accepted=loss_accepted)
    try:
        asyncio.run(change.run())
    except RefusedError as error:
        click.echo(f"Refused, and nothing was changed:\n{error}", err=True)
        return _REFUSED
    except StepFailedError as error:
        click.echo(str(error), err=True)
        return _HALFWAY
    return 0


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run these arguments, or those that were typed; ends the process with its exit code."""
    try:
        code = program.main(arguments, prog_name="pcf-ops", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except DatabaseFailedError as error:
        click.echo(str(error), err=True)
        code = _USAGE
    except click.Abort:
        code = _HALFWAY
    sys.exit(code if isinstance(code, int) else 0)


if __name__ == "__main__":
    main()
