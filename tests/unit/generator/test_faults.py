"""Failures that no stage foresaw, as a maker sees them."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pcf_generator.domain.build import Build, BuildOptions, BuildState
from pcf_generator.domain.stage import Stage
from pcf_generator.faults import claimed_too_often, problem_of
from pcf_generator.ports.knowledge import BrainFileFault, KnowledgeGone, KnowledgeUnavailable
from pcf_generator.ports.packing import ArtifactsUnavailable
from pcf_generator.step import StageTimeout

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BUILD = Build("0" * 26, "5 stars", BuildOptions(), "maker", BuildState.RUNNING, NOW, NOW, claims=4)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (KnowledgeUnavailable("secret"), "PCF-SYS-001"),
        (ArtifactsUnavailable("secret"), "PCF-SYS-001"),
        (KnowledgeGone("secret"), "PCF-SYS-001"),
        (BrainFileFault("secret"), "PCF-SYS-002"),
        (StageTimeout(Stage.MATCH), "PCF-SYS-004"),
        (ZeroDivisionError("secret"), "PCF-SYS-004"),
    ],
)
def test_every_fault_has_a_code_and_says_what_to_do_without_its_own_text(error, code):
    problem = problem_of(error, Stage.MATCH)
    assert (code, Stage.MATCH) == (problem.code, problem.stage)
    assert problem.message
    assert problem.user_message
    assert problem.suggestion
    assert "secret" not in repr(problem)


def test_a_release_that_is_gone_is_not_worth_resuming():
    assert "new build" in problem_of(KnowledgeGone("x"), Stage.MATCH).suggestion
    assert "resume" in problem_of(KnowledgeUnavailable("x"), Stage.MATCH).suggestion
    assert "resume" in problem_of(ArtifactsUnavailable("x"), Stage.PACKAGE).suggestion


@pytest.mark.parametrize(("stage", "told"), [(None, Stage.INTERPRET), (Stage.PACKAGE, Stage.PACKAGE)])
def test_a_poisoned_build_tells_the_stage_it_came_to(stage, told):
    problem = claimed_too_often(replace(BUILD, stage=stage))
    assert ("PCF-SYS-004", told, "3 runs in a row ended before they completed a stage") == (
        problem.code,
        problem.stage,
        problem.message,
    )
