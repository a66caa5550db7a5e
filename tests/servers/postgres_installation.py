"""PostgreSQL's programs, and the user to run them as: it refuses to serve as root."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.servers.processes import ServerFailedError
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
        """What the program prints; its complaint becomes the error.

        Becoming another user needs a true fork, which crashes now and then where gRPC has threads: a client, which may
        be anyone, does without.
        """
        user = self.user if as_server else ""
        # Whoever runs the tests may have settings of their own, and files at home that the other user cannot read.
        surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        done = subprocess.run(
            [self.programs / program, *arguments],
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            env={**surroundings, "HOME": "/"},
            cwd="/",
            user=user or None,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
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
