"""`pcf-builder smoke`."""

import click

from pcf_cli.exits import EXIT_CODES
from pcf_cli.invocation import json_option, run, url_option

__all__ = ["smoke"]


@click.command(epilog=EXIT_CODES, short_help="Check that a deployment does its main job.")
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    help="Seconds that all checks may take together.",
)
@click.option("--source-only", is_flag=True, help="Want no solution: for a deployment without compilers.")
@json_option
@url_option
def smoke(url: str, timeout_s: float, *, source_only: bool, as_json: bool) -> None:
    """Build one control on the server and check all that comes of it.

    Its key needs the scopes builds:read, builds:write and audit:read. The build stays there, as any other.
    """
    from pcf_cli.jobs import smoke as job  # noqa: PLC0415 - httpx

    kinds = ("source", "report") if source_only else ("source", "solution", "report")
    run(job.smoke(url, job.Wanted(kinds, timeout_s), as_json=as_json), as_json=as_json)
