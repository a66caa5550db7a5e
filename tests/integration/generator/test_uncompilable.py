"""A control that does not compile never leaves: its maker, the audit log and the metrics are told why."""

import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from pcf.generator.v1 import generator_pb2 as pb
from pcf_brain.bootstrap import running as brain_running
from pcf_brain.settings import BrainSettings
from pcf_runtime.errors import NotFound
from pcf_runtime.testing import expect_error

ROOT = Path(__file__).parents[3]
COMPILERS = ROOT / ".compilers"
TEMPLATE = "capabilities/toggle/index.ts.j2"
FAULT = """    private readonly planted: number = "a text of the maker";
    private readonly other: "secret" = "public";
"""
MESSAGE = re.compile(r"Toggle/index\.ts\(\d+,\d+\): error TS2322: Type 'string' is not assignable to type 'number'\.")


@pytest.fixture
def planted(tmp_path: Path) -> Path:
    """The repository's brain with faults in one template that only a compiler sees."""
    folder = tmp_path / "brain"
    shutil.copytree(ROOT / "ai-brain", folder)
    template = folder / TEMPLATE
    head, opening, rest = template.read_text("utf-8").partition("IOutputs> {\n")
    assert opening
    template.write_text(f"{head}{opening}{FAULT}{rest}", "utf-8")
    return folder


@pytest.fixture
async def trio(planted: Path, start_audit, start_generator, free_port) -> AsyncIterator:
    if not COMPILERS.is_dir():
        pytest.skip("no compilers: make compilers")
    metrics = free_port()
    async with (
        brain_running(BrainSettings(port=0, metrics_port=0, folder=planted, poll_interval_s=0)) as brain,
        start_audit() as (audit, log),
        start_generator(brain=brain.port, audit=audit, metrics_port=metrics, compilers=COMPILERS) as generator,
    ):
        yield generator, log, f"http://127.0.0.1:{metrics}/metrics"


async def test_a_planted_fault_ends_the_build_and_is_told(trio):
    generator, log, metrics = trio
    build = await generator.settled(await generator.create("a toggle switch"))
    refused = (await log.until(build, "build.refused"))[-1]
    async with httpx.AsyncClient(trust_env=False) as http:
        counted = (await http.get(metrics)).text

    assert (pb.Build.STATE_FAILED, "PCF-GEN-003") == (build.state, build.problem.code)
    assert not build.HasField("result")
    assert MESSAGE.search(build.problem.details["compiler"])
    assert MESSAGE.search(refused.details["compiler"])
    assert '"secret"' in build.problem.details["compiler"]
    assert "secret" not in refused.details["compiler"], "the audit log keeps no text of the code"
    assert 'pcf_compilations_total{outcome="refused"} 1.0' in counted
    for kind in ("source", "solution", "report"):
        with expect_error(NotFound, reason="ARTIFACT_NOT_FOUND"):
            await generator.download(build, kind)
