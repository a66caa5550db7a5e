"""`pcf-builder build`."""

import shlex
import sys
from pathlib import Path

import click

from pcf_cli.exits import EXIT_CODES, Exit
from pcf_cli.invocation import json_option, run
from pcf_cli.prompt import read_prompt

__all__ = ["build"]

_FOLDER = click.Path(path_type=Path, file_okay=False)


@click.command(epilog=EXIT_CODES, short_help="Build a control from a prompt.")
@click.argument("prompt")
@click.option(
    "-o",
    "--out",
    "folder",
    type=_FOLDER,
    default=Path(),
    show_default="here",
    help="Folder of the files; made if need be.",
)
@click.option("--name", "component_name", help="Constructor name, PascalCase. Default: from the prompt or the kind.")
@click.option("--namespace", help="Namespace, PascalCase.  [default: PcfBuilder]")
@click.option("--prefix", "publisher_prefix", help="Customization prefix of the publisher.  [default: pcfb]")
@click.option("--display-name", help="Name shown to makers. Default: the kind's, in each language.")
@click.option("--description", help="Description shown to makers. Default: the kind's, in each language.")
@click.option("--publisher", "publisher_name", help="Unique name of the publisher.  [default: PcfBuilder]")
@click.option("--publisher-display-name", help="The publisher's name as people read it. Default: its unique name.")
@click.option("--solution", "solution_name", help="Unique name of the solution. Default: from namespace and name.")
@click.option("--version", help="Version of the control.  [default: 1.0.0]")
@click.option("--replaces", "previous_version", metavar="VERSION", help="Version it replaces; it gets the next one.")
@click.option("--managed", is_flag=True, default=None, help="Make a managed solution too.")
@click.option("--answer", "answers", metavar="QUESTION=CHOICE", multiple=True, help="Answer to a question. Repeatable.")
@click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=0, min_open=True),
    default=180.0,
    show_default=True,
    help="Seconds after which to give up and cancel the build.",
)
@click.option("--no-report", is_flag=True, help="Write no report.")
@json_option
@click.option("--url", envvar="PCF_URL", show_envvar=True, help="The server that builds. Default: one of its own.")
@click.option("--data", type=_FOLDER, help="Data folder of the own server. Default: a temporary one.")
@click.option(
    "--brain", type=_FOLDER, help="Brain folder of the own server.  [env var: PCF_BRAIN_FOLDER; default: ./ai-brain]"
)
@click.option("--verbose", is_flag=True, help="Show the own server's log.")
def build(
    prompt: str,
    folder: Path,
    answers: tuple[str, ...],
    timeout_s: float,
    url: str | None,
    data: Path | None,
    brain: Path | None,
    *,
    no_report: bool,
    as_json: bool,
    verbose: bool,
    **options: str | bool | None,
) -> None:
    """Build a control from PROMPT, what it should do in your words; - reads it from standard input.

    Writes NAME-solution.zip, which an environment imports, NAME-source.zip, a project for `npm install && npm run
    build`, and NAME-report.json, what was understood and checked. Without --url the server is started for this build
    and ends with it.
    """
    from pcf_cli.building import Order  # noqa: PLC0415 - httpx
    from pcf_cli.jobs.build import Server, build_files  # noqa: PLC0415
    from pcf_cli.questions import given_answers  # noqa: PLC0415

    async def work() -> Exit:
        order = Order(
            prompt=read_prompt(prompt),
            folder=folder,
            options={name: value for name, value in options.items() if value is not None},
            answers=given_answers(answers),
            timeout_s=timeout_s,
            with_report=not no_report,
            again=f"pcf-builder build {shlex.quote(prompt)}",
            server_stays=url is not None,
        )
        server = Server(url=url, data=data, brain=brain, verbose=verbose)
        return await build_files(order, server, as_json=as_json, interactive=interactive)

    interactive = prompt != "-" and not as_json and sys.stdin.isatty() and sys.stderr.isatty()
    run(work(), as_json=as_json)
