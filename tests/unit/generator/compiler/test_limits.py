"""Code that is made to break a compiler ends as a fault in the limits' time, and leaves nothing behind."""

import asyncio
from pathlib import Path

import pytest
from pcf_generator.compiler.process import Limits
from pcf_generator.ports.compiler import CompileFault, CompilerUnavailable

SHORT = Limits(memory_mib=512, cpu_s=1.5, time_s=60.0)
ENDLESS = """
type Deep<T, N extends unknown[] = []> = N["length"] extends 40
    ? T
    : Deep<{ a: T; b: T; c: [T, T] }, [...N, 0]> | Deep<{ d: T }, [...N, 1]>;
declare let left: Deep<string>;
declare let right: Deep<number>;
left = right;
"""
HUGE = """
type Doubled<T extends string, N extends 0[] = []> = N["length"] extends 45 ? T : Doubled<`${T}${T}`, [...N, 0]>;
const huge: Doubled<"xxxxxxxxxxxxxxxx"> = "y";
void huge;
"""
RECURSIVE = (
    "type Endless<T> = { [K in keyof T]: Endless<Endless<T>> };\ntype Loop<T> = Loop<[T]>;\nlet x: Loop<1>;\nvoid x;\n"
)


async def faults_of(compiler, tree):
    with pytest.raises(CompileFault) as caught:
        await compiler(tree)
    return caught.value.messages


async def test_types_without_end(compiler_with, control, tmp_path):
    compiler = compiler_with(folder=tmp_path, type_check_limits=SHORT)
    (told,) = await faults_of(compiler, control(after=ENDLESS))
    assert told in {
        "error: TypeScript does not come to an end within 1.5 s",
        "error: TypeScript needs more than 512 MiB for it",
    }
    assert [] == list(tmp_path.iterdir())


async def test_types_that_take_all_memory(compiler_with, control, tmp_path):
    compiler = compiler_with(folder=tmp_path, type_check_limits=Limits(memory_mib=256, cpu_s=20.0, time_s=60.0))
    assert await faults_of(compiler, control(after=HUGE)) == ("error: TypeScript needs more than 256 MiB for it",)
    assert [] == list(tmp_path.iterdir())


async def test_types_that_contain_themselves(compiler_with, control):
    assert any(
        "TS2456" in line or "TS2589" in line for line in await faults_of(compiler_with(), control(after=RECURSIVE))
    )


async def test_code_nested_beyond_reason(compiler_with, control, tmp_path):
    compiler = compiler_with(folder=tmp_path, type_check_limits=SHORT)
    with pytest.raises((CompileFault, CompilerUnavailable)):
        await compiler(control(after=f"void {'(' * 200_000}1{')' * 200_000};\n"))
    assert [] == list(tmp_path.iterdir())


async def test_more_faults_than_anyone_prints(compiler_with, control):
    compiler = compiler_with(type_check_limits=Limits(memory_mib=512, cpu_s=20.0, time_s=60.0, output_mib=1))
    wrong = "".join(f"const wrong{number}: number = 'x';\n" for number in range(14_000))
    told = await faults_of(compiler, control(after=wrong))
    assert len(told) == 21
    assert int(told[-1].split()[1]) < 13_980


async def test_a_build_that_is_cancelled_leaves_nothing(compiler_with, control, tmp_path):
    compiler = compiler_with(folder=tmp_path)
    running = asyncio.create_task(compiler(control(after=ENDLESS)))
    async with asyncio.timeout(20):
        while not running_in(tmp_path):  # noqa: ASYNC110 - no event of ours tells
            await asyncio.sleep(0.01)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert [] == list(tmp_path.iterdir())
    assert [] == running_in(tmp_path)


async def test_builds_take_turns(compiler_with, golden, tmp_path):
    compiler = compiler_with(folder=tmp_path, at_once=1)
    most = 0
    compiling = asyncio.gather(*(compiler(golden["toggle"]) for _ in range(4)))
    while not compiling.done():
        most = max(most, len(list(tmp_path.iterdir())))
        await asyncio.sleep(0.002)
    assert (1, 1) == (most, len(set(await compiling)))


async def test_a_file_name_that_leads_out_is_refused(compiler_with, control, tmp_path):
    told = await faults_of(compiler_with(folder=tmp_path), control({"../../x.ts": "export {};"}))
    assert told == ("error: the project holds a file whose path is not one inside it",)


@pytest.mark.parametrize("line", ['import "node:fs";', 'import "/etc/passwd";', 'import "../../../etc/passwd";'])
async def test_what_is_outside_is_refused(compiler_with, control, line):
    (told,) = await faults_of(compiler_with(), control(before=f"{line}\n"))
    assert told.startswith("Dial/index.ts(1,8): error: ")


def running_in(folder):
    """The processes whose working folder is below it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str((process / "cwd").readlink()).startswith(f"{folder}/"):
                found.append(process.name)
        except OSError:
            continue
    return found
