from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pcf_brain.domain.budget import Budget
from pcf_brain.domain.release import FileEntry, Release
from pcf_brain.domain.task import Task
from pcf_brain.loader import LoadedRelease
from pcf_brain.routing import Question, question, route
from pcf_runtime.errors import InvalidArgument, NotFound, ResourceExhausted
from pcf_runtime.testing import expect_error

_CASES = {
    Question(Task.INTERPRET_INTENT, "", "de"): [
        "intent/mapping.yaml",
        "intent/ambiguity.yaml",
        "intent/lexicon/de.yaml",
        "derived/kinds.de.json",
    ],
    Question(Task.MATCH_CAPABILITY, "", "en"): ["derived/kinds.en.json"],
    Question(Task.MATCH_CAPABILITY, "lamp", "en"): [
        "derived/kinds.en.json",
        "capabilities/lamp/capability.yaml",
    ],
    Question(Task.GENERATE_SPEC, "lamp"): [
        "schemas/component-spec.schema.json",
        "capabilities/lamp/capability.yaml",
    ],
    Question(Task.VALIDATE_RULES): ["derived/rules.specification.json"],
    Question(Task.VALIDATE_CODE): ["derived/rules.code.json"],
    Question(Task.VALIDATE_FINAL, "lamp"): [
        "schemas/component-spec.schema.json",
        "capabilities/lamp/capability.yaml",
    ],
    Question(Task.RENDER_PROJECT): ["templates/README.md.j2", "templates/package.json.j2"],
    Question(Task.RENDER_CONTROL, "lamp"): [
        "capabilities/lamp/index.ts.j2",
        "capabilities/lamp/styles.css.j2",
    ],
    Question(Task.RENDER_STRINGS, "lamp"): [
        "capabilities/lamp/strings/1031.yaml",
        "capabilities/lamp/strings/1033.yaml",
    ],
    Question(Task.ASK_INTENT): ["prompts/interpret-intent.md", "schemas/intent-answer.schema.json"],
    Question(Task.ASK_SPEC): ["prompts/generate-spec.md", "schemas/spec-answer.schema.json"],
}


@pytest.mark.parametrize("asked", _CASES, ids=lambda asked: f"{asked.task} {asked.capability_id}".strip())
async def test_a_task_gets_its_files_in_order_and_no_others(loaded: LoadedRelease, asked: Question):
    chosen = route(loaded.release, asked, budget=Budget())
    assert _CASES[asked] == [entry.path for entry in chosen.files]


async def test_tokens_are_summed_and_the_budget_is_told(loaded: LoadedRelease):
    chosen = route(loaded.release, Question(Task.RENDER_CONTROL, "lamp"), budget=Budget())
    expected = sum(entry.estimated_tokens for entry in chosen.files)
    assert (expected, 5_000, ()) == (chosen.estimated_tokens, chosen.token_budget, chosen.warnings)


async def test_near_the_budget_a_warning_is_told(loaded: LoadedRelease):
    chosen = route(loaded.release, Question(Task.RENDER_CONTROL, "lamp"), budget=Budget(warn_tokens=20))
    assert len(chosen.warnings) == 1


async def test_over_the_budget_the_task_is_refused(loaded: LoadedRelease):
    with expect_error(ResourceExhausted, reason="BUDGET_EXCEEDED") as caught:
        route(loaded.release, Question(Task.RENDER_CONTROL, "lamp"), budget=Budget(tokens=20))
    assert caught.error is not None
    assert caught.error.metadata == {"task": "RENDER_CONTROL", "release": loaded.release.name}


async def test_an_unknown_kind_is_not_found_and_those_there_are_are_named(loaded: LoadedRelease):
    with expect_error(NotFound, reason="CAPABILITY_NOT_FOUND") as caught:
        route(loaded.release, Question(Task.GENERATE_SPEC, "video"), budget=Budget())
    assert "there are: dial, lamp" in str(caught.error)


async def test_a_task_about_a_kind_must_name_one(loaded: LoadedRelease):
    with expect_error(InvalidArgument, reason="CAPABILITY_REQUIRED"):
        route(loaded.release, Question(Task.RENDER_CONTROL), budget=Budget())


async def test_a_language_without_a_lexicon_is_not_found(loaded: LoadedRelease):
    with expect_error(NotFound, reason="LANGUAGE_NOT_FOUND") as caught:
        route(loaded.release, Question(Task.INTERPRET_INTENT, "", "fr"), budget=Budget())
    assert "languages: de, en" in str(caught.error)


def test_what_a_task_does_not_depend_on_is_not_part_of_the_question():
    asked = question(Task.VALIDATE_RULES, capability_id="lamp", language="xx")
    assert Question(Task.VALIDATE_RULES) == asked


def test_no_language_means_english():
    asked = question(Task.INTERPRET_INTENT, capability_id="", language="")
    assert Question(Task.INTERPRET_INTENT, "", "en") == asked


def _release(files: Mapping[str, tuple[int, int]]) -> Release:
    entries = {path: FileEntry(path, "", *measures) for path, measures in sorted(files.items())}
    return Release("releases/x", "1", "", entries, {}, frozenset({"en"}), datetime(2026, 1, 1, tzinfo=UTC))


_MEASURES = st.tuples(st.integers(0, 60_000), st.integers(0, 6_000))
_TEMPLATES = st.dictionaries(st.from_regex(r"\Atemplates/[a-z]{1,3}\Z"), _MEASURES, max_size=14)


@given(_TEMPLATES, st.builds(Budget, tokens=st.integers(1, 10_000), files=st.integers(1, 14)))
def test_a_route_never_exceeds_its_budget(files: dict[str, tuple[int, int]], budget: Budget):
    """Whatever a release holds: the files of a task fit all limits, or the task is refused."""
    size_bytes, tokens = (sum(measure[index] for measure in files.values()) for index in (0, 1))
    fits = tokens <= budget.tokens and len(files) <= budget.files and size_bytes <= budget.size_bytes
    try:
        chosen = route(_release(files), Question(Task.RENDER_PROJECT), budget=budget)
    except ResourceExhausted:
        assert not fits
        return
    assert fits
    assert sorted(files) == [entry.path for entry in chosen.files]
    assert tokens == chosen.estimated_tokens
    assert bool(chosen.warnings) == (tokens > budget.warn_tokens)
