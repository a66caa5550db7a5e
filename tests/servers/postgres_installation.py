"""PostgreSQL's programs, and the user to run them as: it refuses to serve as root."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.servers.processes import BECOME, ServerFailedError
from tests.servers.programs import postgres_programs

__all__ = ["Installation", "installation"]

_USERS = ("postgres", "nobody")
_OTHERS_MAY_ENTER = 0o001


@dataclass(frozen=True, slots=True)
class Installation:
    """Where the programs are, and who runs them; no name means whoever runs the tests."""

    programs: Path
    user: str

    def run(self, program: str, *arguments: str | Path, as_server: bool = True) -> str:
        """What the program prints; its complaint becomes the error."""
        return self.command(self.programs / program, *arguments, as_server=as_server)

    def command(self, program: str | Path, *arguments: str | Path, as_server: bool = True, **variables: str) -> str:
        """The same of any program by its path, which finds those of PostgreSQL by their names."""
        # Becoming another user here would need a true fork, which crashes now and then where gRPC has threads.
        become = (sys.executable, BECOME, str(os.getpid()), str(int(signal.SIGKILL)), self.user)
        line = (*(become if as_server and self.user else ()), program, *arguments)
        # Whoever runs the tests may have settings of their own, and files at home that the other user cannot read.
        surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        path = f"{self.programs}:{os.environ['PATH']}"
        done = subprocess.run(
            line,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**surroundings, "HOME": "/", "PATH": path, **variables},
            cwd="/",
        )
        if done.returncode:
            raise ServerFailedError(f"{program} failed with {done.returncode}: {done.stderr or done.stdout}")
        return done.stdout.removesuffix("\n")

    def hand_over(self, path: Path) -> None:
        """Makes the file or folder the server's own."""
        if self.user:
            shutil.chown(path, self.user, pwd.getpwnam(self.user).pw_gid)


def installation(folder: Path, *, tls: bool) -> Installation:
    """The programs on this machine; copied into the folder where the other user could not reach them."""
    programs = postgres_programs(tls=tls)
    if os.geteuid() != 0:
        return Installation(programs, "")
    users = {entry.pw_name for entry in pwd.getpwall()}
    user = next(name for name in _USERS if name in users)
    if all(parent.stat().st_mode & _OTHERS_MAY_ENTER for parent in programs.parents):
        return Installation(programs, user)
    return Installation(_copied(programs, folder), user)


def _copied(programs: Path, folder: Path) -> Path:
    """A wheel's programs look for its libraries in a folder beside their own."""
    packages = programs.parents[2]
    for part in (programs.parent.relative_to(packages), Path(f"{programs.parents[1].name}.libs")):
        shutil.copytree(packages / part, folder / part, symlinks=True)
    return folder / programs.relative_to(packages)
