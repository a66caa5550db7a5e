"""`pcf-brain [serve] | check-config | check | release | sync`."""

import argparse
from pathlib import Path

from pcf_runtime import lifecycle
from pcf_runtime.lifecycle import Command

from pcf_brain import release_command, sync_command
from pcf_brain.bootstrap import running
from pcf_brain.check_command import check
from pcf_brain.settings import BrainSettings


def _folder(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, help="such as ai-brain")


_COMMANDS = {
    "check": Command(
        help="check a folder as it would be before it is served",
        run=lambda _, asked: check(asked.folder),
        arguments=_folder,
    ),
    "release": Command(help=release_command.HELP, run=release_command.run, arguments=release_command.arguments),
    "sync": Command(help=sync_command.HELP, run=sync_command.run, arguments=sync_command.arguments),
}


def main() -> None:
    lifecycle.main(service="brain", settings=BrainSettings, app=running, commands=_COMMANDS)


if __name__ == "__main__":
    main()
