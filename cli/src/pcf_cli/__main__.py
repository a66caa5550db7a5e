"""`pcf-builder`, also as `python -m pcf_cli`."""

import sys
from collections.abc import Sequence
from importlib.metadata import version
from io import TextIOWrapper
from pathlib import Path
from typing import NoReturn

import click

from pcf_cli import credential
from pcf_cli.commands.audit import audit
from pcf_cli.commands.build import build
from pcf_cli.commands.builds import builds
from pcf_cli.commands.capabilities import capabilities
from pcf_cli.commands.keys import keys
from pcf_cli.commands.serve import serve
from pcf_cli.commands.smoke import smoke
from pcf_cli.commands.usage import usage
from pcf_cli.commands.verify import verify
from pcf_cli.exits import EXIT_CODES, Exit
from pcf_cli.prompt import check_arguments

__all__ = ["main"]


@click.group(epilog=EXIT_CODES, no_args_is_help=True)
@click.version_option(version("pcf-cli"), prog_name="pcf-builder")
@click.option("--key", envvar="PCF_KEY", show_envvar=True, help="API key or token for a server that wants one.")
@click.option(
    "--key-file",
    envvar="PCF_KEY_FILE",
    show_envvar=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="File that holds it; other users can see a command line.",
)
def program(key: str | None, key_file: Path | None) -> None:
    """PCF Builder: say what a Power Apps control should do, and get a project that builds."""
    credential.use(key, key_file)


for command in (build, serve, capabilities, builds, verify, smoke, usage, audit, keys):
    program.add_command(command)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command that was typed; ends the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A character that the terminal cannot show is no reason to fail.
            stream.reconfigure(errors="replace")
    sys.exit(_run(sys.argv[1:] if arguments is None else arguments))


def _run(arguments: Sequence[str]) -> int:
    try:
        check_arguments(arguments)
        result = program.main(list(arguments), prog_name="pcf-builder", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        click.echo("Interrupted.", err=True)
        return Exit.GAVE_UP
    return result if isinstance(result, int) else Exit.DONE


if __name__ == "__main__":
    main()
