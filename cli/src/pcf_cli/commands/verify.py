"""`pcf-builder verify`."""

from pathlib import Path
from typing import Final

import click

from pcf_cli.invocation import json_option, run, url_option

__all__ = ["verify"]

_FILE: Final = click.Path(path_type=Path, exists=True, dir_okay=False, readable=True)


@click.command(short_help="Tell which build made a file.")
@click.argument("file", metavar="FILE", type=_FILE)
@json_option
@url_option
def verify(file: Path, url: str, *, as_json: bool) -> None:
    """Tell whether the server's builds made a file, byte for byte, and which one did.

    Only the file's SHA-256 is sent. Exit code 1 if no build made it.
    """
    from pcf_cli.jobs import verify as job  # noqa: PLC0415 - httpx

    run(job.verify(url, file, as_json=as_json), as_json=as_json)
