"""A server's process: started, waited for by a condition, and ended by its id."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

__all__ = ["BECOME", "Process", "ServerFailedError", "until"]

BECOME = Path(__file__).with_name("become.py")
_PAUSE_S = 0.01
_TAIL_LINES = 30


class ServerFailedError(Exception):
    """A server did not start, or did not become what it was waited for; the message ends with its log."""


def until(condition: Callable[[], object], *, what: str, within_s: float = 30.0) -> None:
    """Asks again and again until the answer is yes."""
    ends_at = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > ends_at:
            raise ServerFailedError(f"not within {within_s:g} s: {what}")
        time.sleep(_PAUSE_S)


class Process:
    """A running program. It ends with the thread that started it at the latest, so start it from one that stays."""

    def __init__(
        self,
        *command: str | Path,
        log: Path,
        user: str = "",
        environment: Mapping[str, str] | None = None,
        end_signal: signal.Signals = signal.SIGKILL,
    ) -> None:
        self._log = log
        line = [sys.executable, "-ISE", str(BECOME), str(os.getpid()), str(int(end_signal)), user, *map(str, command)]
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                line,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(environment or {})},
                cwd=log.parent,
                start_new_session=True,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def running(self) -> bool:
        return self._process.poll() is None

    @property
    def ended_with(self) -> int | None:
        """What it left with, below zero for a signal that killed it; None while it runs."""
        return self._process.poll()

    def wait_until(self, ready: Callable[[], bool], *, within_s: float = 60.0) -> None:
        """Returns once the server answers; else ends it, and the error says what its log says."""
        try:
            self._wait_until(ready, within_s)
        except BaseException:
            self.kill()
            raise

    def _wait_until(self, ready: Callable[[], bool], within_s: float) -> None:
        ends_at = time.monotonic() + within_s
        while not ready():
            if not self.running:
                raise ServerFailedError(f"the server ended with {self._process.returncode}:\n{self.log_tail()}")
            if time.monotonic() > ends_at:
                raise ServerFailedError(f"the server did not answer within {within_s:g} s:\n{self.log_tail()}")
            time.sleep(_PAUSE_S)

    def stop(self, how: signal.Signals = signal.SIGTERM, *, within_s: float = 20.0) -> None:
        """Asks it to end, and kills it when it does not."""
        if self.running:
            self.resume()
            self._process.send_signal(how)
        try:
            self._process.wait(within_s)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """As kill -9 does."""
        if self.running:
            self._process.kill()
        self._process.wait()

    def pause(self) -> None:
        """It keeps its connections and answers nothing, as a host does that hangs."""
        self._process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def log_tail(self) -> str:
        return "\n".join(self._log.read_text(errors="replace").splitlines()[-_TAIL_LINES:])
