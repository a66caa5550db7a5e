"""The product's 25 cases, as settled: what each prompt must come to."""

import pytest

INPUT_CASES = [
    ("HAPPY_001", "I need a 5-star rating control for product reviews", {"maxStars": 5}),
    ("HAPPY_003", "Create a 10-star rating control", {"maxStars": 10}),
    ("HAPPY_004", "Simple rating control, nothing fancy", {"maxStars": 5}),
    ("HAPPY_005", "Rating control that's required before submission", {"maxStars": 5}),
    ("EDGE_001", "Create a rating control with 10 stars", {"maxStars": 10}),
    ("EDGE_002", "Create a 3-star rating control", {"maxStars": 3}),
    ("EDGE_003", "I want a 15-star rating system", {"maxStars": 10}),
    ("EDGE_004", "2-star rating control", {"maxStars": 3}),
    ("EDGE_005", "rating thing", {"maxStars": 5}),
    ("EDGE_007", "Simple but fancy rating control", {"maxStars": 5}),
    ("EDGE_008", "AAA compliant rating control", {"maxStars": 5}),
    ("EDGE_009", "Rating with half stars", {"allowHalf": True}),
    ("EDGE_010", "Blue star rating control", {"filledColor": "#0000FF"}),
]


@pytest.mark.parametrize(("prompt", "parameters"), [c[1:] for c in INPUT_CASES], ids=[c[0] for c in INPUT_CASES])
def test_succeeds_with(build, prompt, parameters):
    built = build(prompt)
    assert built.problem is None
    values = built.report["specification"]["capabilities"]["customizations"]
    assert parameters == {name: values[name] for name in parameters}
    assert built.result.component_name == "StarRating"


def test_happy_001_binds_a_whole_number(build):
    first = build("I need a 5-star rating control for product reviews").report["specification"]["properties"][0]
    assert ("value", "Whole.None", "bound") == (first["name"], first["dataType"], first["usage"])


def test_happy_002_shows_an_average_that_nobody_can_edit(build):
    report = build("Show average product rating as stars, users can't edit it").report
    properties = {p["name"]: p for p in report["specification"]["properties"]}
    assert "display-control" == report["understood"]["intent"]["classification"]
    assert report["specification"]["readOnly"]
    assert "Decimal" == properties["value"]["dataType"]
    assert ("TwoOptions", "input") == (properties["disabled"]["dataType"], properties["disabled"]["usage"])


def test_happy_004_is_minimal(build):
    assert {"style": "minimal"} == build("Simple rating control, nothing fancy").report["specification"]["visual"]


def test_happy_005_requires_the_value(build):
    report = build("Rating control that's required before submission").report
    assert report["specification"]["properties"][0]["required"]


@pytest.mark.parametrize(
    ("prompt", "was", "now"), [("I want a 15-star rating system", 15, 10), ("2-star rating control", 2, 3)]
)
def test_edge_003_and_004_are_recorded_downgrades(build, prompt, was, now):
    [finding] = build(prompt).result.findings
    assert "downgraded" == finding.action
    assert f"from {was} to {now}" in finding.message


def test_edge_007_two_styles_cancel_out(build):
    assert {"style": "standard"} == build("Simple but fancy rating control").report["specification"]["visual"]


def test_edge_008_promises_aaa(build):
    report = build("AAA compliant rating control").report
    assert "AAA" == report["specification"]["accessibility"]["wcagLevel"]


def test_edge_009_half_stars_need_a_decimal(build):
    assert "Decimal" == build("Rating with half stars").report["specification"]["properties"][0]["dataType"]


def test_edge_010_warns_with_the_measured_contrast_and_the_nearest_colour(build):
    [finding] = build("Blue star rating control").result.findings
    assert ("PCF_A11Y_005", "warning", "noted") == (finding.rule_id, finding.severity, finding.action)
    assert ":1" in finding.message
    assert "nearest colour that passes is #" in finding.message


@pytest.mark.parametrize(
    "prompt", ["Rating control that users can see but also edit", "Read-only editable rating control"],
    ids=["EDGE_006", "REJECT_008"],
)  # fmt: skip
def test_asks_when_a_prompt_says_both_read_only_and_editable(build, prompt):
    question = build(prompt).question
    assert "PCF-INT-003" == question.code
    assert ["read-only", "editable"] == [choice.choice_id for choice in question.choices]


@pytest.mark.parametrize(("choice", "read_only"), [("read-only", True), ("editable", False)])
def test_the_answer_settles_it(build, choice, read_only):
    built = build("Read-only editable rating control", answers={"read-only-or-editable": choice})
    assert read_only == built.report["specification"]["readOnly"]


REJECTED = [
    ("REJECT_001", "Create a video player component", "capability-matching", "PCF-CAP-001"),
    ("REJECT_002", "Rating control that auto-submits to external API", "capability-matching", "PCF-CAP-003"),
    ("REJECT_003", "Create component named '123-rating'", "specification-generation", "PCF-SPEC-001"),
    ("REJECT_004", "I need a blockchain validator", "capability-matching", "PCF-CAP-001"),
    ("REJECT_005", "Rating with 2-second star animation", "capability-matching", "PCF-CAP-003"),
    ("REJECT_006", "Rating using Font Awesome icons from CDN", "capability-matching", "PCF-CAP-003"),
    ("REJECT_009", "Rating that executes custom JavaScript from user input", "rules-validation", "PCF-VAL-004"),
    ("REJECT_010", "Rating control with no keyboard support", "rules-validation", "PCF-VAL-003"),
]


@pytest.mark.parametrize(("prompt", "stage", "code"), [c[1:] for c in REJECTED], ids=[c[0] for c in REJECTED])
def test_refuses(build, prompt, stage, code):
    problem = build(prompt).problem
    assert (stage, code) == (problem.stage, problem.code)
    assert problem.suggestion


def test_reject_003_suggests_a_name(build):
    problem = build("Create component named '123-rating'").problem
    assert ("PCF_NAMING_001", "Rating123") == (problem.details["rule"], problem.details["suggestion"])


def test_reject_004_lists_what_is_there(build):
    assert "star-rating" in build("I need a blockchain validator").problem.alternatives


def test_reject_007_asks_for_the_kind(build, knowledge):
    question = build("make something").question
    assert "PCF-INT-002" == question.code
    assert {path.split("/")[1] for path in knowledge.files if path.startswith("capabilities/")} == {
        choice.choice_id for choice in question.choices
    }


@pytest.mark.parametrize(
    ("prompt", "rule"),
    [
        ("Rating that executes custom JavaScript from user input", "PCF_SECURITY_002"),
        ("Rating control with no keyboard support", "PCF_A11Y_001"),
    ],
    ids=["REJECT_009", "REJECT_010"],
)
def test_names_the_rule(build, prompt, rule):
    assert rule == build(prompt).problem.details["rule"]
