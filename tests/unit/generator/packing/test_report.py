"""The report says what was understood, judged and made, in the same bytes each time."""

import json

import pytest
from pcf_generator.packing.report import REPORT_VERSION


@pytest.fixture(scope="module")
def built(build):
    """A build with a cut, a warning and words that nobody understood."""
    return build("15-star rating in blue stars for product reviews, sparkling", display_name="My rating")


def test_sections(built):
    assert list(built.report) == [
        "reportVersion",
        "component",
        "madeBy",
        "prompt",
        "answers",
        "understood",
        "specification",
        "findings",
        "rules",
        "artifacts",
        "files",
        "solutionFiles",
        "checks",
        "notChecked",
        "sbom",
    ]
    assert REPORT_VERSION == built.report["reportVersion"]


def test_what_was_understood(built):
    understood = built.report["understood"]

    assert ("product reviews", []) == (understood["subject"], understood["wishes"])
    assert "sparkling" in understood["notUnderstood"]
    assert "star-rating" == understood["intent"]["componentType"]


def test_what_was_found(built):
    found = [(finding["ruleId"], finding["action"]) for finding in built.report["findings"]]

    assert [("PCF_LIMIT_001", "downgraded"), ("PCF_A11Y_005", "noted")] == found


async def test_every_rule_has_a_result(built, knowledge):
    rules = [*await knowledge.specification_rules(), *await knowledge.code_rules()]

    assert [rule.id for rule in rules] == [result["ruleId"] for result in built.report["rules"]]


async def test_the_specification_fits_its_schema(built, knowledge):
    assert await knowledge.spec_faults(built.report["specification"]) == ()


def test_what_it_was_made_with(built, knowledge):
    made_by = built.report["madeBy"]

    assert knowledge.release == made_by["brainRelease"]
    nothing_asked = {"inputTokens": 0, "outputTokens": 0, "costUsd": "0.000000", "calls": [], "notes": []}
    assert {"name": "offline", **nothing_asked} == made_by["model"]


def test_without_a_compiler_it_says_what_was_not_checked(built):
    checks = {check["check"]: check["result"] for check in built.report["checks"]}

    assert {"structure": "passed", "manifest": "passed"}.items() <= checks.items()
    assert ["skipped"] * 3 == [checks[name] for name in ("types", "bundle", "solution")]
    assert built.report["madeBy"]["compilers"] is None
    assert "not type-checked" in built.report["notChecked"][0]


def test_answers_are_kept(build):
    answers = {"read-only-or-editable": "read-only"}

    assert answers == build("read-only editable rating", answers=answers).report["answers"]


@pytest.mark.parametrize(
    "prompt", ["rating \x01\x0b\x1b[31m", "rating \ufffe", "rating \u2028 ⭐ </script>", 'rating "x"']
)
def test_any_prompt_can_be_told(build, prompt):
    assert prompt == build(prompt).report["prompt"]


def test_ends_with_a_line_and_reads_as_json(built):
    sha256 = next(artifact.sha256 for artifact in built.result.artifacts if artifact.kind == "report")
    text = built.contents[sha256].decode()

    assert text.endswith("}\n")
    assert built.report == json.loads(text)
