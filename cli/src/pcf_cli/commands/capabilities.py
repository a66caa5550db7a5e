"""`pcf-builder capabilities`."""

import click

from pcf_cli.invocation import json_option, run, url_option

__all__ = ["capabilities"]


@click.command(short_help="List the kinds of control, or show one.")
@click.argument("capability_id", metavar="[ID]", required=False)
@json_option
@url_option
def capabilities(capability_id: str | None, url: str, *, as_json: bool) -> None:
    """List the kinds of control that can be built, or tell all about one."""
    from pcf_cli.jobs import capabilities as job  # noqa: PLC0415 - httpx

    work = job.show_one(url, capability_id, as_json=as_json) if capability_id else job.show_all(url, as_json=as_json)
    run(work, as_json=as_json)
