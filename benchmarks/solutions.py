"""Prompt → solution, beside Microsoft's own production build of the same control, in turns.

Theirs starts from the source that ours wrote, with its packages installed already; ours starts from the prompt and
ends with the ZIP in the maker's hands.
"""

import asyncio
import io
import statistics
import sys
import tempfile
import time
import zipfile
from functools import partial
from pathlib import Path

import servers
from building import build, timed
from http_client import Connection
from rows import line

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.judge import pcf_scripts
from tests.judge.pcf_scripts import NodeMissingError, Project

ROUNDS = 3
BUILDS = 10
WARM_UP = 3
ROW, BAR = "prompt → solution, REST, warm", "p50 ≤ 250 ms"
THEIR_ROW, THEIR_BAR = "pcf-scripts, the same control, production", "≥ 20×"


def measure() -> None:
    """Measure and print; what is missing here is said instead."""
    compilers = servers.ROOT / ".compilers"
    if not compilers.is_dir():
        line(ROW, "not measured: no compilers here (make compilers)", BAR)
        return
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        with servers.product(data / "data", compilers=compilers) as product:
            asyncio.run(_compare(product.port, data))


async def _compare(port: int, folder: Path) -> None:
    connection = await Connection.open(port)
    await _built(connection, "Warm", WARM_UP)
    theirs = await asyncio.to_thread(_theirs, await build(connection, _prompt("Theirs")), folder)
    ours: list[float] = []
    other: list[float] = []
    for turn in range(ROUNDS):
        ours += await _built(connection, f"Turn{turn}Number", BUILDS)
        if isinstance(theirs, Project):
            other.append(await asyncio.to_thread(_production_build, theirs))
    await connection.close()
    p50, slowest = statistics.median(ours), max(ours)
    line(ROW, f"p50 {p50 * 1e3:.0f} ms, slowest of {len(ours)} {slowest * 1e3:.0f} ms", BAR)
    if isinstance(theirs, Project):
        median = statistics.median(other)
        line(THEIR_ROW, f"median of {ROUNDS} {median * 1e3:,.0f} ms = {median / p50:.0f}× ours", THEIR_BAR)
    else:
        line(THEIR_ROW, theirs, THEIR_BAR)


async def _built(connection: Connection, name: str, count: int) -> list[float]:
    """Another name each time: nothing of an earlier build can be taken again."""
    prompts = [_prompt(f"{name}{number}") for number in range(count)]
    return [await timed(partial(build, connection, prompt, kind="solution")) for prompt in prompts]


def _prompt(name: str) -> str:
    return f"I need a 5-star rating control for product reviews named {name}"


def _theirs(source: bytes, folder: Path) -> Project | str:
    """The same control ready for Microsoft's tools, or why not."""
    project = Project(folder / "project", "Theirs")
    with zipfile.ZipFile(io.BytesIO(source)) as archive:
        archive.extractall(project.folder)
    try:
        installed = pcf_scripts.install(pcf_scripts.find_npm(), project)
    except NodeMissingError:
        return "not measured: it needs Node 20 or newer with npm"
    except AssertionError:
        return "not measured: npm install of pcf-scripts failed"
    _production_build(installed)
    return installed


def _production_build(project: Project) -> float:
    began = time.perf_counter()
    log = project.run(pcf_scripts.find_npm(), "run", "build", "--", "--buildMode", "production").stdout
    took = time.perf_counter() - began
    # The exit code says nothing: pcf-scripts leaves 0 behind whatever failed.
    assert "Succeeded" in log, log
    return took
