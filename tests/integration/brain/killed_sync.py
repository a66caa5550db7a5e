"""Runs `pcf-brain sync` again and again, each time killed by SIGKILL at one of its calls to the operating system.

Usage: killed_sync.py DEPOT VOLUME VERIFIER. Each line of input is the number of the call to die at: 0 is none, and -1
none either but to count. Each line of output tells how the sync ended: `killed`, `done`, or how many calls it made and
which of them renamed or linked something.
"""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType
from typing import Any

from pcf_brain import sync_command
from pcf_brain.settings import BrainSettings

_CALLS = {"open", "write", "flush", "fsync", "mkdir", "rename", "replace", "symlink", "unlink", "rmdir", "flock"}
_PIVOTAL = {"rename", "replace", "symlink"}
_WRITERS = ("/adapters/volume.py", "/adapters/durable_file.py")


class Killer:
    """Counts the calls that change the volume, before and after each; dies at one of them."""

    def __init__(self, number: int) -> None:
        self._number = number
        self.count = 0
        self.pivotal: list[int] = []

    def __call__(self, frame: FrameType, event: str, called: Any) -> None:
        if event in {"c_call", "c_return"} and called.__name__ in _CALLS and _writes(frame):
            self.count += 1
            if called.__name__ in _PIVOTAL:
                self.pivotal.append(self.count)
            if self.count == self._number:
                os.kill(os.getpid(), signal.SIGKILL)


def _writes(frame: FrameType | None) -> bool:
    """Whether the call was made for the volume, perhaps by way of the standard library."""
    while frame is not None:
        if frame.f_code.co_filename.endswith(_WRITERS):
            return True
        frame = frame.f_back
    return False


def _sync(depot: str, volume: str, verifier: str, number: int) -> None:
    parser = argparse.ArgumentParser()
    sync_command.arguments(parser)
    asked = parser.parse_args(["--from", depot, "--to", volume, "--key", verifier, "--keep", "1"])
    killer = Killer(number)
    if number:
        threading.setprofile(killer)  # all that writes runs in threads
    code = sync_command.run(BrainSettings(), asked)
    threading.setprofile(None)
    if number:
        Path(volume, ".count").write_text(" ".join(map(str, [killer.count, *killer.pivotal])))
    os._exit(code)


def main() -> None:
    depot, volume, verifier = sys.argv[1:]
    for line in sys.stdin:
        child = os.fork()
        if not child:
            _sync(depot, volume, verifier, int(line))
        _, status = os.waitpid(child, 0)
        if os.WIFSIGNALED(status):
            print("killed", flush=True)  # noqa: T201 - this is what it is for
        else:
            assert os.WEXITSTATUS(status) == 0
            count = Path(volume, ".count")
            told = count.read_text() if count.exists() else "done"
            count.unlink(missing_ok=True)
            print(told, flush=True)  # noqa: T201 - likewise


if __name__ == "__main__":
    main()
