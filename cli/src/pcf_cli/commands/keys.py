"""`pcf-builder keys …`."""

import click

from pcf_cli.invocation import json_option, run, url_option

__all__ = ["keys"]

_SCOPES = click.Choice(["builds:read", "builds:write", "audit:read", "usage:read", "admin"])


@click.group(no_args_is_help=True)
def keys() -> None:
    """Manage API keys; needs one with the scope admin. The first is made by `pcf-gateway keys create --admin`."""


@keys.command()
@click.option("--name", required=True, help="The actor that logs and the audit log name.")
@click.option("--scope", "scopes", type=_SCOPES, multiple=True, required=True, help="What it allows. Repeatable.")
@click.option("--expires-in", "days", type=click.IntRange(1, 36_500), metavar="DAYS", help="Default: never.")
@json_option
@url_option
def create(name: str, scopes: tuple[str, ...], days: int | None, url: str, *, as_json: bool) -> None:
    """Make a key and print it; it cannot be shown again."""
    from pcf_cli.jobs import keys as job  # noqa: PLC0415 - httpx

    run(job.create(url, name, scopes, days=days, as_json=as_json), as_json=as_json)


@keys.command("list")
@json_option
@url_option
def list_keys(url: str, *, as_json: bool) -> None:
    """List the tenant's keys, newest first; without their secrets, which nobody has."""
    from pcf_cli.jobs import keys as job  # noqa: PLC0415 - httpx

    run(job.listed(url, as_json=as_json), as_json=as_json)


@keys.command()
@click.argument("key_id", metavar="ID")
@json_option
@url_option
def revoke(key_id: str, url: str, *, as_json: bool) -> None:
    """Let a key work no more, on every server within seconds."""
    from pcf_cli.jobs import keys as job  # noqa: PLC0415 - httpx

    run(job.revoke(url, key_id, as_json=as_json), as_json=as_json)


@keys.command()
@click.argument("key_id", metavar="ID")
@click.option(
    "--overlap",
    "overlap_s",
    type=click.IntRange(0, 30 * 86_400),
    default=86_400,
    show_default=True,
    help="Seconds for which the old key works on.",
)
@json_option
@url_option
def rotate(key_id: str, overlap_s: int, url: str, *, as_json: bool) -> None:
    """Make a key of the same name and scopes, print it, and let the old one expire."""
    from pcf_cli.jobs import keys as job  # noqa: PLC0415 - httpx

    run(job.rotate(url, key_id, overlap_s=overlap_s, as_json=as_json), as_json=as_json)
