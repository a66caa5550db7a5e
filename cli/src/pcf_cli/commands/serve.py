"""`pcf-builder serve`."""

from pathlib import Path

import click

from pcf_cli.brain_folder import find_brain
from pcf_cli.invocation import needing_services

__all__ = ["serve"]


@click.command()
@click.option("--port", type=click.IntRange(0, 65_535), default=3000, show_default=True, help="Port; 0 takes any.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("var"),
    show_default=True,
    help="Folder of builds, files and audit log; made if it is missing.",
)
@click.option(
    "--brain",
    type=click.Path(path_type=Path, file_okay=False),
    help="Folder of the brain's files.  [env var: PCF_BRAIN_FOLDER; default: ./ai-brain]",
)
@click.option("--verbose", is_flag=True, help="Log every request and build, not only warnings.")
def serve(port: int, data: Path, brain: Path | None, *, verbose: bool) -> None:
    r"""Serve everything from this machine.

    Starts all four services (gateway, generator, brain, audit) in one process on 127.0.0.1, with its data in
    a folder. Logs go to stderr as JSON. SIGTERM or Ctrl-C ends it in order: requests are finished, builds go on
    after the next start.

    \b
    Exit codes:
      0  ended by a signal
      1  could not start: the port or the data folder is taken, or a setting is wrong
      2  the command line cannot be used, or there is no brain
    """
    found = find_brain(brain)
    with needing_services():
        from pcf_cli.jobs.serve import serve_until_signal  # noqa: PLC0415 - all four services

    serve_until_signal(port=port, data=data, brain=found, verbose=verbose)
