"""Runs a compiler as a program that can do little harm: no environment, and limits on time, memory and output."""

import asyncio
import math
import os
import resource
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pcf_generator.ports.compiler import CompileFault, CompilerUnavailable

__all__ = ["Limits", "Printed", "run"]

_MEBIBYTE = 1024 * 1024
# Both are Go programs. Without garbage collection TypeScript takes a third less; it begins where memory gets short.
# One thread each: two gain nothing alone, and builds that run side by side lose by it.
_GO = {"GOGC": "off", "GOMAXPROCS": "1"}
# How often processor time is looked at; a control has long been compiled then.
_LOOK_S = 0.25
# After how much more of it the system ends what a generator left behind that was killed itself.
_ORPHAN = 3
# Go's words when the system gives it no more memory.
_NO_MEMORY = ("out of memory", "cannot allocate memory", "failed to reserve", "stack exceeds")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one run may use."""

    memory_mib: int
    """Of data; not of addresses, of which Go reserves half a gibibyte before it does anything."""
    cpu_s: float = 5.0
    """Processor time, which on a busy machine passes slowly."""
    time_s: float = 20.0
    """By the clock."""
    output_mib: int = 8
    """For each file that is written, what is printed included."""


@dataclass(frozen=True, slots=True)
class Printed:
    """What a program printed before it ended of itself, with the exit code `code`."""

    code: int
    stdout: str
    stderr: str


async def run(
    command: Sequence[str | Path],
    *,
    name: str,
    folder: Path,
    logs: Path,
    limits: Limits,
) -> Printed:
    """Run the command in `folder`, with its output in files of `logs`; nothing of it is left running, come what may.

    CompileFault when it needed too much: what the code takes in processor time and memory depends on the code alone.
    CompilerUnavailable when it could not start, crashed, was killed by others, or had to wait too long for a processor.
    """
    out, err = logs / f"{name}.out", logs / f"{name}.err"
    with out.open("wb") as stdout, err.open("wb") as stderr:
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                cwd=folder,
                env=_GO | {"GOMEMLIMIT": f"{limits.memory_mib * 3 // 4}MiB"},
                start_new_session=True,
            )
        except OSError as error:
            raise CompilerUnavailable(f"{name} cannot be started: {error.strerror}") from error
    code = await _ended(process, name, limits)
    printed = Printed(code, _text(out, limits.output_mib * _MEBIBYTE), _text(err, limits.output_mib * _MEBIBYTE))
    _judge(printed, name, limits)
    return printed


async def _ended(process: asyncio.subprocess.Process, name: str, limits: Limits) -> int:
    try:
        _set_limits(process.pid, limits)
        async with asyncio.timeout(limits.time_s):
            while not await _has_ended(process):
                if _cpu_s(process.pid) > limits.cpu_s:
                    raise CompileFault(f"error: {name} does not come to an end within {limits.cpu_s:g} s")
            return await process.wait()
    except TimeoutError:
        raise CompilerUnavailable(f"{name} got too little processor time") from None
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError, PermissionError):  # it has just ended of itself
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()


async def _has_ended(process: asyncio.subprocess.Process) -> bool:
    try:
        async with asyncio.timeout(_LOOK_S):
            await process.wait()
    except TimeoutError:
        return False
    return True


def _set_limits(pid: int, limits: Limits) -> None:
    """From outside and just after the start: a preexec_fn may hang where threads run."""
    if sys.platform != "linux":
        return
    amounts = {
        resource.RLIMIT_DATA: limits.memory_mib * _MEBIBYTE,
        resource.RLIMIT_CPU: math.ceil(limits.cpu_s * _ORPHAN),
        resource.RLIMIT_FSIZE: limits.output_mib * _MEBIBYTE,
        resource.RLIMIT_CORE: 0,
    }
    for kind, amount in amounts.items():
        try:
            resource.prlimit(pid, kind, (amount, amount))
        except ProcessLookupError:
            return


def _cpu_s(pid: int) -> float:
    """What a process that still runs has used; 0 where the system does not say."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text("utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _text(path: Path, most: int) -> str:
    with path.open("rb") as file:
        return file.read(most).decode(errors="replace")


def _judge(printed: Printed, name: str, limits: Limits) -> None:
    """Let pass what ended as a compiler ends: with 0, or with a complaint."""
    if printed.code < 0:
        raise CompilerUnavailable(f"{name} was ended by signal {-printed.code}")
    crash = printed.stderr.lstrip()[:200]
    if crash.startswith(("fatal error:", "runtime:", "panic:", "SIG")):
        if any(words in printed.stderr for words in _NO_MEMORY):
            raise CompileFault(f"error: {name} needs more than {limits.memory_mib} MiB for it")
        raise CompilerUnavailable(f"{name} crashed: {crash.splitlines()[0]}")
