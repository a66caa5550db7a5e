"""A compiler that runs away is ended with all it started, and who is at fault is told."""

import asyncio
import sys
from pathlib import Path

import pytest
from pcf_generator.compiler.process import Limits, run
from pcf_generator.ports.compiler import CompileFault, CompilerUnavailable

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the limits are Linux's")
LIMITS = Limits(memory_mib=256, time_s=60.0)


@pytest.fixture
def ran(tmp_path):
    """Runs a piece of Python as if it were a compiler."""

    async def run_it(code, limits=LIMITS):
        command = [sys.executable, "-ISE", "-c", code]
        return await run(command, name="it", folder=tmp_path, logs=tmp_path, limits=limits)

    return run_it


async def until(condition):
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - no event of ours tells
            await asyncio.sleep(0.01)


# Limits are set from outside, a moment after the start: this waits for the last of them.
LIMITED = "import resource as r\nwhile -1 in (*r.getrlimit(r.RLIMIT_FSIZE), *r.getrlimit(r.RLIMIT_CORE)): pass\n"


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def number_in(path):
    """What another process writes there, once it has."""
    await until(lambda: path.exists() and path.read_text().endswith("."))
    return int(path.read_text().rstrip("."))


async def test_gives_what_was_printed(ran):
    printed = await ran("import sys; print('a'); print('b', file=sys.stderr); sys.exit(2)")
    assert (2, "a\n", "b\n") == (printed.code, printed.stdout, printed.stderr)


async def test_the_environment_is_ours_alone(ran):
    printed = await ran("import os; print(*sorted(set(os.environ) - {'LC_CTYPE'}))")
    assert printed.stdout == "GOGC GOMAXPROCS GOMEMLIMIT\n"


async def test_code_that_takes_all_its_time_is_at_fault(ran):
    with pytest.raises(CompileFault) as caught:
        await ran("while True: pass", Limits(memory_mib=256, cpu_s=0.5, time_s=60.0))
    assert caught.value.messages == ("error: it does not come to an end within 0.5 s",)


async def test_one_that_waits_for_a_processor_may_be_tried_again(ran):
    with pytest.raises(CompilerUnavailable, match="it got too little processor time"):
        await ran("import time; time.sleep(60)", Limits(memory_mib=256, time_s=0.3))


async def test_memory_has_a_limit(ran):
    printed = await ran(f"{LIMITED}x = bytearray(400 * 1024 * 1024)")
    assert "MemoryError" in printed.stderr


async def test_the_system_limits_it_too_should_we_be_gone(ran):
    printed = await ran(f"{LIMITED}print(r.getrlimit(r.RLIMIT_CPU), r.getrlimit(r.RLIMIT_CORE))")
    assert printed.stdout == "(15, 15) (0, 0)\n"


async def test_output_has_a_limit(ran):
    limits = Limits(memory_mib=256, time_s=60.0, output_mib=1)
    printed = await ran("import os\nwhile True: os.write(1, b'x' * 65536)", limits)
    assert 1024 * 1024 == len(printed.stdout)


@pytest.mark.parametrize(
    "words", ["fatal error: runtime: out of memory", "runtime: goroutine stack exceeds x\\nfatal error: y"]
)
async def test_go_without_memory_is_the_code_s_fault(ran, words):
    with pytest.raises(CompileFault) as caught:
        await ran(f"import sys; sys.exit('{words}')")
    assert caught.value.messages == ("error: it needs more than 256 MiB for it",)


async def test_a_crash_may_be_tried_again(ran):
    with pytest.raises(CompilerUnavailable, match="it crashed: panic: oh"):
        await ran("import sys; sys.exit('panic: oh\\n\\ngoroutine 1')")


async def test_one_that_is_killed_may_be_tried_again(ran):
    with pytest.raises(CompilerUnavailable, match="it was ended by signal 9"):
        await ran("import os; os.kill(os.getpid(), 9)")


async def test_a_program_that_is_none_may_be_tried_again(tmp_path):
    program = tmp_path / "program"
    program.write_bytes(b"\x7fELF no more")
    program.chmod(0o700)
    with pytest.raises(CompilerUnavailable, match="it cannot be started"):
        await run([program], name="it", folder=tmp_path, logs=tmp_path, limits=LIMITS)


async def test_nothing_is_left_when_the_build_is_cancelled(ran, tmp_path):
    tell = "open('{}', 'w').write(str(os.getpid()) + '.')".format
    lines = ("import os, time", f"if not os.fork(): {tell('child')}; time.sleep(60)", tell("parent"), "time.sleep(60)")
    running = asyncio.create_task(ran("\n".join(lines)))
    pids = [await number_in(tmp_path / "child"), await number_in(tmp_path / "parent")]
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await until(lambda: not any(map(is_running, pids)))
