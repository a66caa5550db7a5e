"""`pcf-builder audit …`."""

import click

from pcf_cli.invocation import json_option, run, url_option

__all__ = ["audit"]


@click.group(no_args_is_help=True)
def audit() -> None:
    """Read the audit log."""


@audit.command()
@click.option("--build", "build_id", metavar="ID", help="Only about this build.")
@click.option("--type", "event_type", metavar="TYPE", help="Only of this type, such as build.created.")
@click.option("--actor", help="Only by this actor.")
@click.option("-n", "limit", type=click.IntRange(min=1), default=20, show_default=True, help="The last so many.")
@click.option("--all", "every", is_flag=True, help="All of them.")
@click.option(
    "-f", "--follow", is_flag=True, help="Go on with new ones until Ctrl-C; with --json a document each line."
)
@json_option
@url_option
def tail(
    build_id: str | None,
    event_type: str | None,
    actor: str | None,
    limit: int,
    url: str,
    *,
    every: bool,
    follow: bool,
    as_json: bool,
) -> None:
    """Show the last events, oldest first."""
    from pcf_cli.jobs import audit as job  # noqa: PLC0415 - httpx

    wanted = {"build": build_id, "type": event_type, "actor": actor}
    number = None if every else limit
    work = (job.follow if follow else job.tail)(url, wanted, limit=number, as_json=as_json)
    run(work, as_json=as_json)


@audit.command()
@json_option
@url_option
def verify(url: str, *, as_json: bool) -> None:
    """Recompute the whole chain of hashes; exit code 1 if it is broken."""
    from pcf_cli.jobs import audit as job  # noqa: PLC0415 - httpx

    run(job.verify(url, as_json=as_json), as_json=as_json)
