"""`pcf-builder audit …`."""

from pathlib import Path
from typing import Final

import click

from pcf_cli.exits import WrongUsage
from pcf_cli.invocation import json_option, run, url_option

__all__ = ["audit"]

_FILE: Final = click.Path(path_type=Path, dir_okay=False)


@click.group(no_args_is_help=True)
def audit() -> None:
    """Read the audit log, export it, prove and verify it."""


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
@click.option("--size", type=click.IntRange(min=1), help="Of the tree of so many entries; else the newest.")
@click.option("-o", "out", type=_FILE, help="Save it there; else it goes to stdout as it is.")
@json_option
@url_option
def checkpoint(size: int | None, out: Path | None, url: str, *, as_json: bool) -> None:
    """Get what the log signed about its tree; keep it, and the log can be held to it later."""
    from pcf_cli.jobs import audit_proofs as job  # noqa: PLC0415 - httpx

    run(job.checkpoint(url, out, size=size, as_json=as_json), as_json=as_json)


@audit.command()
@click.argument("event", metavar="EVENT_ID|INDEX")
@click.option("--size", type=click.IntRange(min=1), help="In the tree of so many entries; else the newest.")
@click.option("-o", "out", type=_FILE, help="Save it there; else it goes to stdout.")
@url_option
def prove(event: str, size: int | None, out: Path | None, url: str) -> None:
    """Get the proof, as JSON, that an event is in the log."""
    from pcf_cli.jobs import audit_proofs as job  # noqa: PLC0415 - httpx

    run(job.prove(url, event, out, size=size))


@audit.command()
@click.option("-o", "out", type=_FILE, required=True, help="File to write, JSON Lines; gzip'd if it ends in .gz.")
@click.option("--first", type=click.IntRange(min=0), default=0, show_default=True, help="Index of the first entry.")
@click.option("--end", type=click.IntRange(min=1), help="Index before which it ends; else with the last entry.")
@json_option
@url_option
def export(out: Path, first: int, end: int | None, url: str, *, as_json: bool) -> None:
    """Save the log's entries, with their checkpoint and proof beside them: all that `verify --file` needs."""
    from pcf_cli.jobs import audit_export as job  # noqa: PLC0415 - httpx

    run(job.export(url, out, first=first, end=end, as_json=as_json), as_json=as_json)


@audit.command()
@click.option("--file", "files", type=_FILE, multiple=True, help="Exported entries; several in the log's order.")
@click.option(
    "--checkpoint", "checkpoints", type=_FILE, multiple=True, help="Signed note; else those beside the files."
)
@click.option("--proof", type=_FILE, help="Proof of one event or of growth; with --file, that of the first file.")
@click.option("--key", metavar="VERIFIER", help="The log's verifier key, name+hash+base64, or a file that holds it.")
@json_option
@url_option
def verify(
    files: tuple[Path, ...],
    checkpoints: tuple[Path, ...],
    proof: Path | None,
    key: str | None,
    url: str,
    *,
    as_json: bool,
) -> None:
    """Have the log verified by its server; or, with --file or --proof and --key, verify it here without any server.

    Exit code 1 if something does not hold.
    """
    if not files and not proof:
        if checkpoints or key:
            raise WrongUsage("--checkpoint and --key are for what --file or --proof names.")
        from pcf_cli.jobs import audit as job  # noqa: PLC0415 - httpx

        run(job.verify(url, as_json=as_json), as_json=as_json)
    if not key:
        raise WrongUsage("--file and --proof need the log's key: --key VERIFIER.")
    from pcf_cli.jobs import audit_offline as offline  # noqa: PLC0415 - cryptography

    if files:
        run(
            offline.verify_export(files, checkpoints=checkpoints, proof=proof, key=key, as_json=as_json),
            as_json=as_json,
        )
    if proof:
        run(offline.verify_single(proof, checkpoints=checkpoints, key=key, as_json=as_json), as_json=as_json)
