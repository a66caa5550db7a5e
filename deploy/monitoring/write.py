"""Writes what Prometheus and Grafana read of the promises and the dashboards; `--check` only compares."""

import json
import sys
from pathlib import Path
from typing import Final

import yaml

from deploy.monitoring.grafana.boards import boards
from deploy.monitoring.prometheus import slo

_HERE: Final = Path(__file__).parent
_WRITTEN: Final = "# Written by `make monitoring` from deploy/monitoring/prometheus/slo.py.\n"


def files() -> dict[Path, str]:
    """Every file that is written, with what should stand in it."""
    rules = _WRITTEN + yaml.safe_dump(slo.rules(), sort_keys=False, width=120)
    made = {_HERE / "grafana/dashboards" / f"{name}.json": _json(board) for name, board in boards().items()}
    return {_HERE / "prometheus/rules/slo.yml": rules, **made}


def stale() -> list[Path]:
    """The files that do not hold what they should."""
    return [path for path, text in files().items() if not path.exists() or path.read_text() != text]


def _json(board: object) -> str:
    return json.dumps(board, indent=2) + "\n"


def main() -> None:
    if "--check" in sys.argv[1:]:
        if late := stale():
            sys.exit(f"stale: {', '.join(path.name for path in late)}; run `make monitoring`")
        return
    for path, text in files().items():
        path.write_text(text)


if __name__ == "__main__":
    main()
