"""Every compilation is counted by what came of it."""

import asyncio
from dataclasses import dataclass, field

import pytest
from pcf_generator.compiler.observed import ObservedCompiler
from pcf_generator.domain.judgement import CompilerVersions
from pcf_generator.domain.source import SourceTree
from pcf_generator.ports.compiler import CompileFault, CompilerUnavailable

VERSIONS = CompilerVersions("7", "0", "1")


@dataclass
class Scripted:
    """Implements `Compiler` and `CompilerObserver`."""

    fault: BaseException | None = None
    outcomes: list[str] = field(default_factory=list)
    versions: CompilerVersions = VERSIONS

    async def __call__(self, tree):
        if self.fault:
            raise self.fault
        return "bundle"

    def compiled(self, outcome, duration_s):
        assert duration_s >= 0
        self.outcomes.append(outcome)


async def test_what_compiles():
    scripted = Scripted()
    observed = ObservedCompiler(scripted, scripted)

    assert "bundle" == await observed(SourceTree(()))
    assert ["compiled"] == scripted.outcomes
    assert scripted.versions == observed.versions


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (CompileFault("error TS1"), "refused"),
        (CompilerUnavailable("killed"), "failed"),
        (asyncio.CancelledError(), "failed"),
    ],
)
async def test_what_does_not(fault, outcome):
    scripted = Scripted(fault)

    with pytest.raises(type(fault)):
        await ObservedCompiler(scripted, scripted)(SourceTree(()))
    assert [outcome] == scripted.outcomes
