"""Releases of the gateway to deploy: good ones, one that is never ready, one that is late with everything."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.drills.product import Product
from tests.drills.services import Service
from tests.edge.proxies import Edge

__all__ = ["CROSSED", "HASTY", "Front", "release", "smoke"]

CROSSED = {"audit_target": "127.0.0.1:1"}
"""It looks for the audit log where there is none: it is never ready."""
HASTY = {"request_timeout_s": "0.001"}
"""Its limit was meant in milliseconds: it is ready, and late with every request."""
_PATIENCE_S = 40


def release(running: Product, folder: Path, settings: Mapping[str, str], *, port: int) -> Service:
    """A gateway like the others but for these settings, at this port; not started."""
    targets = {f"{name}_target": running.target(name) for name in ("generator", "brain", "audit")}
    return Service("gateway", folder, {**targets, "readiness_wait_s": "3", "port": str(port), **settings})


def smoke(door: Edge, certificate: Path) -> subprocess.CompletedProcess[str]:
    """What the pipeline runs, `make smoke`; drills build without compilers."""
    asked = ("smoke", "--source-only", "--timeout", str(_PATIENCE_S / 2), "--url", door.url)
    return subprocess.run(
        (sys.executable, "-m", "pcf_cli", *asked),
        env=os.environ | {"SSL_CERT_FILE": str(certificate)},
        text=True,
        capture_output=True,
        check=False,
        timeout=_PATIENCE_S,
    )


@dataclass(frozen=True, slots=True)
class Front:
    """Everybody's edge, and which of the instances behind it are the good ones."""

    edge: Edge
    good: Sequence[int]

    @property
    def healthy(self) -> int:
        """How many instances get requests."""
        return self.edge.counted("cluster.gateway.membership_healthy")

    def failed_at_others(self) -> int:
        """Requests that were answered with 5xx, or not at all, by an instance that is none of the good ones."""
        good = {f"127.0.0.1:{port}" for port in self.good}
        lines = self.edge.lines()
        return sum(_failed(line) and line["server.address"] not in {None, *good} for line in lines)


def _failed(line: Mapping[str, object]) -> bool:
    status = int(str(line["http.response.status_code"] or 0))
    return status == 0 or status >= 500
