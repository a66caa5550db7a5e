"""Type-checks the dashboards against Grafana's own types: each stands as a literal in a TypeScript file."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.monitoring.queries import DASHBOARDS

TOOLS = Path(__file__).parents[2] / ".tools/grafana"
# JSON has no enums.
ENUMS = {'"mode": "absolute"': '"mode": ThresholdsMode.Absolute'}
HEAD = "import { ThresholdsMode, type Dashboard } from '@grafana/schema';\n"
OPTIONS = ("--noEmit", "--strict", "--skipLibCheck", "--moduleResolution", "bundler", "--module", "esnext")


def source(dashboard: str, name: str) -> str:
    """The dashboard in TypeScript."""
    for text, constant in ENUMS.items():
        dashboard = dashboard.replace(text, constant)
    return f"{HEAD}export const {name}: Partial<Dashboard> = {dashboard.strip()};\n"


def complaints(sources: dict[str, str]) -> list[str]:
    """What TypeScript says, a line for each error."""
    with tempfile.TemporaryDirectory(dir=TOOLS) as folder:
        paths = [Path(folder) / f"{name}.ts" for name in sources]
        for path in paths:
            path.write_text(sources[path.stem])
        command = [TOOLS / "node_modules/.bin/tsc", *OPTIONS, "--target", "es2022", *paths]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return [line for line in (ran.stdout + ran.stderr).splitlines() if line.strip()]


def main() -> None:
    made = {path.stem: source(path.read_text(), re.sub(r"\W", "_", path.stem)) for path in DASHBOARDS}
    if found := complaints(made):
        sys.exit("\n".join(found))
    # A check that lets everything pass is none.
    wrong = source(DASHBOARDS[0].read_text().replace('"editable": false', '"editable": "no"'), "wrong")
    if not complaints({"wrong": wrong}):
        sys.exit("TypeScript took a dashboard that is wrong")


if __name__ == "__main__":
    main()
