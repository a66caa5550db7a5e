"""How a run ends: the build after it, the event, and what the audit log hears."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pcf_generator import endings
from pcf_generator.domain.build import Artifact, Build, BuildOptions, BuildState, EventType, NewEvent, Result
from pcf_generator.domain.refusal import Choice, Problem, Question
from pcf_generator.domain.stage import Stage
from pcf_generator.domain.trail import Outcome, TrailEntry

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BUILD = Build("0" * 26, "5 stars", BuildOptions(), "maker", BuildState.RUNNING, NOW, NOW, stage=Stage.PACKAGE)
PROBLEM = Problem(
    "PCF-SPEC-001",
    Stage.SPECIFY,
    "m",
    "Not a name.",
    "Use Secret.",
    ("Secret",),
    {"rule": "PCF_NAMING_001", "suggestion": "Secret"},
)
FACTS = {"code": "PCF-SPEC-001", "stage": "specification-generation", "rule": "PCF_NAMING_001"}


def test_success_keeps_the_result_and_names_its_artifacts():
    source = Artifact("source", "a.zip", "application/zip", "5e" * 32, 7)
    result = Result("star-rating", "Stars", "Contoso", "Stars", (), (source,))
    ending = endings.succeeded(result, now=NOW)
    assert replace(BUILD, state=BuildState.SUCCEEDED, result=result, end_time=NOW) == ending.change(BUILD)
    assert NewEvent(EventType.SUCCEEDED, "Stars is ready.", Stage.PACKAGE) == ending.event
    assert TrailEntry("build.succeeded", details={"kind": "star-rating", "source": "5e" * 32}) == ending.entry


def test_a_question_does_not_end_the_build():
    question = Question("kind", "PCF-INT-002", "Which?", (Choice("a", "A"), Choice("b", "B")))
    ending = endings.asked(question)
    assert replace(BUILD, state=BuildState.NEEDS_INPUT, question=question) == ending.change(BUILD)
    assert NewEvent(EventType.NEEDS_INPUT, "Which?") == ending.event
    assert TrailEntry("build.asked", details={"question": "kind", "code": "PCF-INT-002"}) == ending.entry


def test_a_question_that_a_language_model_might_have_spared_says_why_it_did_not():
    choices = (Choice("a", "A"), Choice("b", "B"))
    ending = endings.asked(Question("kind", "PCF-INT-002", "Which?", choices, unanswered="PCF-LLM-001"))
    assert {"question": "kind", "code": "PCF-INT-002", "models_failed": "PCF-LLM-001"} == ending.entry.details


@pytest.mark.parametrize(
    ("end", "entry"),
    [
        (endings.refused, TrailEntry("build.refused", Outcome.REFUSED, FACTS)),
        (endings.failed, TrailEntry("build.failed", Outcome.FAILED, FACTS)),
    ],
)
def test_a_failure_keeps_its_problem_and_tells_the_audit_log_nothing_that_the_maker_wrote(end, entry):
    ending = end(PROBLEM, now=NOW)
    failed = replace(BUILD, state=BuildState.FAILED, stage=Stage.SPECIFY, problem=PROBLEM, end_time=NOW)
    assert failed == ending.change(BUILD)
    assert NewEvent(EventType.FAILED, "Not a name.", Stage.SPECIFY) == ending.event
    assert entry == ending.entry


def test_what_a_compiler_said_is_told_without_the_texts_it_quotes():
    details = {"rule": "compiler", "compiler": "a.ts(1,2): error TS2: '\"mine\"' is no 'number'.\nb.ts(3,4): x"}
    ending = endings.refused(replace(PROBLEM, details=details), now=NOW)
    assert "a.ts(1,2): error TS2: '\"…\"' is no 'number'.\nb.ts(3,4): x" == ending.entry.details["compiler"]
