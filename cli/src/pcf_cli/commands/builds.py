"""`pcf-builder builds …`."""

from pathlib import Path

import click

from pcf_cli.exits import EXIT_CODES
from pcf_cli.invocation import json_option, run, url_option

__all__ = ["builds"]

_STATES = ("queued", "running", "needs_input", "succeeded", "failed", "cancelled")
_LIMIT = click.IntRange(min=1)


@click.group(no_args_is_help=True)
def builds() -> None:
    """Look at builds, and move them on."""


@builds.command("list")
@click.option("-n", "limit", type=_LIMIT, default=20, show_default=True, help="At most this many.")
@click.option("--all", "every", is_flag=True, help="All of them.")
@click.option("--state", type=click.Choice(_STATES), help="Only those in this state.")
@json_option
@url_option
def list_builds(limit: int, state: str | None, url: str, *, every: bool, as_json: bool) -> None:
    """List builds, newest first."""
    from pcf_cli.jobs import builds as job  # noqa: PLC0415 - httpx

    run(job.show_list(url, limit=None if every else limit, state=state, as_json=as_json), as_json=as_json)


@builds.command(epilog=EXIT_CODES)
@click.argument("build_id", metavar="ID")
@json_option
@url_option
def show(build_id: str, url: str, *, as_json: bool) -> None:
    """Tell how far a build has come."""
    from pcf_cli.jobs import builds as job  # noqa: PLC0415 - httpx

    run(job.show(url, build_id, as_json=as_json), as_json=as_json)


@builds.command(epilog=EXIT_CODES)
@click.argument("build_id", metavar="ID")
@json_option
@url_option
def watch(build_id: str, url: str, *, as_json: bool) -> None:
    """Follow a build until it has ended or asks something; the exit code tells which."""
    from pcf_cli.jobs import builds as job  # noqa: PLC0415 - httpx

    run(job.watch(url, build_id, as_json=as_json), as_json=as_json)


@builds.command()
@click.argument("build_id", metavar="ID")
@json_option
@url_option
def cancel(build_id: str, url: str, *, as_json: bool) -> None:
    """Cancel a build that has not ended."""
    from pcf_cli.jobs import builds as job  # noqa: PLC0415 - httpx

    run(job.act(url, build_id, "cancel", as_json=as_json), as_json=as_json)


@builds.command()
@click.argument("build_id", metavar="ID")
@json_option
@url_option
def resume(build_id: str, url: str, *, as_json: bool) -> None:
    """Queue a failed or cancelled build again; the stages it has done are not done again."""
    from pcf_cli.jobs import builds as job  # noqa: PLC0415 - httpx

    run(job.act(url, build_id, "resume", as_json=as_json), as_json=as_json)


@builds.command()
@click.argument("build_id", metavar="ID")
@click.argument("choice_id", metavar="CHOICE")
@json_option
@url_option
def answer(build_id: str, choice_id: str, url: str, *, as_json: bool) -> None:
    """Answer the question that a build asks."""
    from pcf_cli.jobs import builds as job  # noqa: PLC0415 - httpx

    run(job.act(url, build_id, "answer", {"choice_id": choice_id}, as_json=as_json), as_json=as_json)


@builds.command()
@click.argument("build_id", metavar="ID")
@click.option(
    "-o",
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    show_default="here",
    help="Folder of the files; made if need be.",
)
@json_option
@url_option
def download(build_id: str, folder: Path, url: str, *, as_json: bool) -> None:
    """Write the files of a build that has succeeded."""
    from pcf_cli.jobs import builds as job  # noqa: PLC0415 - httpx

    run(job.download(url, build_id, folder, as_json=as_json), as_json=as_json)
