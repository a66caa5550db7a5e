"""The stages as a whole: their order, and what they may import."""

import ast
import inspect

import pytest
from pcf_generator import pipeline
from pcf_generator.domain.stage import Stage
from pcf_generator.stages import approve, generate, interpret, match, package, specify, validate

STAGES = [interpret, match, specify, validate, approve, generate, package]
NAMES = [module.__name__.rsplit(".", 1)[-1] for module in STAGES]


@pytest.mark.parametrize(("number", "module"), list(enumerate(STAGES, 1)), ids=NAMES)
def test_every_docstring_says_its_number(number, module):
    verb = module.__name__.rsplit(".", 1)[-1]

    assert module.__doc__.startswith(f"Stage {number} of 7, {verb}: ")
    assert all(part in module.__doc__ for part in ("Takes:", "Gives:", "Asks:", "Fails:"))


def test_the_pipeline_runs_them_in_this_order():
    calls = [
        node.args[:2]
        for node in ast.walk(ast.parse(inspect.getsource(pipeline.run)))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "step"
    ]

    assert [(stage.name, name) for stage, name in zip(Stage, NAMES, strict=True)] == [
        (stage.attr, run.value.id) for stage, run in calls
    ]


@pytest.mark.parametrize("module", STAGES, ids=NAMES)
def test_imports_domain_and_ports_only(module):
    imported = {
        name.name if isinstance(node, ast.Import) else node.module
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Import | ast.ImportFrom)
        for name in node.names
    }
    own = {name for name in imported if name.startswith("pcf_")}

    assert {name for name in own if not name.startswith(("pcf_generator.domain", "pcf_generator.ports"))} == set()
    assert imported - own <= {"collections.abc", "difflib"}


@pytest.mark.parametrize("module", STAGES, ids=NAMES)
def test_the_codes_it_raises_are_in_its_docstring(module):
    """A stage that fails in a way its docstring does not tell would surprise its reader."""
    raised = {
        node.value
        for node in ast.walk(ast.parse(inspect.getsource(module)))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("PCF-")
    }
    prefix = {code.rsplit("-", 1)[0] for code in raised}

    assert {code for code in raised if code.rsplit("-", 1)[1] not in module.__doc__} == set()
    assert all(family in module.__doc__ for family in prefix)
