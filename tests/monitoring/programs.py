"""Prometheus' own programs, as Debian packages them."""

import shutil
from pathlib import Path

from tests.servers.programs import MissingProgramError

__all__ = ["program"]

_PACKAGES = {
    "promtool": "prometheus",
    "prometheus": "prometheus",
    "amtool": "prometheus-alertmanager",
    "prometheus-alertmanager": "prometheus-alertmanager",
    "prometheus-node-exporter": "prometheus-node-exporter",
}


def program(name: str) -> Path:
    found = shutil.which(name)
    if found is None:
        raise MissingProgramError(f"{name}: on Debian, apt-get install {_PACKAGES[name]}")
    return Path(found)
