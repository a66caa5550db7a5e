"""Stage 6: a source tree, or which template is at fault."""

import pytest
from pcf_generator.domain.judgement import Approved
from pcf_generator.domain.refusal import Refusal
from pcf_generator.domain.source import SourceFile, SourceTree
from pcf_generator.domain.stage import Stage
from pcf_generator.ports.rendering import MissingTemplate, TemplateFault
from pcf_generator.stages import generate

TREE = SourceTree((SourceFile("README.md", "# Dial\n"),))


@pytest.fixture
def run(make_knowledge, make_spec):
    """Run the stage with a renderer."""
    return lambda render: generate.run(
        Approved(make_spec(), "releases/test"), knowledge=make_knowledge(), render=render
    )


def raising(error):
    def render(spec, materials):
        raise error

    return render


async def test_gives_what_the_renderer_made(run):
    assert TREE == await run(lambda spec, materials: TREE)


async def test_the_renderer_gets_the_specification_and_everything_of_its_kind(run, make_spec):
    given = []

    def render(spec, materials):
        given.extend([spec, materials])
        return TREE

    await run(render)
    spec, materials = given

    assert make_spec() == spec
    assert "templates/README.md.j2" == materials.template("/README.md.j2").path
    assert "capabilities/dial/index.ts.j2" == materials.template("/index.ts.j2").path
    assert [1031, 1033] == [strings.lcid for strings in materials.strings]


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (MissingTemplate("/styles.css.j2"), "PCF-GEN-001", "no template /styles.css.j2"),
        (TemplateFault("index.ts.j2:5: no such filter"), "PCF-GEN-002", "index.ts.j2:5: no such filter"),
        (TemplateFault("x" * 5000), "PCF-GEN-002", "x" * 1000),
    ],
)
async def test_refuses(run, error, code, message):
    with pytest.raises(Refusal) as refusal:
        await run(raising(error))
    problem = refusal.value.problem

    assert (code, Stage.GENERATE, message) == (problem.code, problem.stage, problem.message)
    assert message not in problem.user_message


async def test_an_error_that_nobody_foresaw_passes(run):
    with pytest.raises(RuntimeError):
        await run(raising(RuntimeError()))
