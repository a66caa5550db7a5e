"""`pcf-brain [serve] | check-config | check <folder>`."""

import argparse
import sys
from pathlib import Path

from pcf_runtime import lifecycle

from pcf_brain.bootstrap import running
from pcf_brain.check_command import check
from pcf_brain.settings import BrainSettings


def main() -> None:
    if sys.argv[1:2] == ["check"]:
        sys.exit(check(_folder(sys.argv[2:])))
    if sys.argv[1:2] in (["-h"], ["--help"]):
        sys.stdout.write("pcf-brain check FOLDER: check a folder as it would be before it is served.\n\n")
    lifecycle.main(service="brain", settings=BrainSettings, app=running)


def _folder(arguments: list[str]) -> Path:
    parser = argparse.ArgumentParser(
        prog="pcf-brain check", description="Check a folder as it would be before it is served."
    )
    parser.add_argument("folder", type=Path, help="such as ai-brain")
    folder: Path = parser.parse_args(arguments).folder
    return folder


if __name__ == "__main__":
    main()
