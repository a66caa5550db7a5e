"""`pcf-builder usage`."""

from datetime import datetime

import click

from pcf_cli.invocation import json_option, run, url_option

__all__ = ["usage"]

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--from", "first", type=_DAY, metavar="DAY", help="First day, in UTC.  [default: the first of the month]")
@click.option("--to", "last", type=_DAY, metavar="DAY", help="Last day, in UTC.  [default: today]")
@json_option
@url_option
def usage(first: datetime | None, last: datetime | None, url: str, *, as_json: bool) -> None:
    """Tell what language models cost, by day and model, and what may still be spent today."""
    from pcf_cli.jobs import usage as job  # noqa: PLC0415 - httpx

    days = {name: each.date().isoformat() for name, each in (("from", first), ("to", last)) if each is not None}
    run(job.show(url, days, as_json=as_json), as_json=as_json)
