"""What is told of a stage's result: ids, hashes and counts, and never what a maker wrote."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pcf_generator import endings
from pcf_generator.decisions import decision, downgrades, sentence
from pcf_generator.domain.build import Artifact
from pcf_generator.domain.consulted import Consulted
from pcf_generator.domain.digest import digest
from pcf_generator.domain.finding import Action, Finding, Severity
from pcf_generator.domain.intent import GlobalIntent, Interpretation, UiIntent
from pcf_generator.domain.judgement import Approved, Match, Package, RuleResult, Specified, Validated
from pcf_generator.domain.source import SourceFile, SourceTree

INTENT = GlobalIntent("input-control", "dial", UiIntent("collect-number"))
CUT = Finding("PCF_LIMIT_001", Severity.WARNING, Action.DOWNGRADED, "It was cut.")
FIXED = Finding("PCF_NAMING_003", Severity.ERROR, Action.FIXED, "It was mended.")
NOTED = Finding("PCF_A11Y_005", Severity.WARNING, Action.NOTED, "It is pale.")
RESULTS = (RuleResult("A", "error", "passed"), RuleResult("B", "error", "passed"))
SOURCE = Artifact("source", "Dial-source.zip", "application/zip", "5e" * 32, 9)


@pytest.fixture
def results(make_spec):
    """A result of every stage."""
    spec = make_spec({"level": 5})
    return {
        "interpret": Interpretation(INTENT, "dial", "", 0.95, component_name="Secret", subject="secret"),
        "match": Match("dial", "releases/one"),
        "specify": Specified(spec, ("secret", "more")),
        "validate": Validated(spec, (CUT, FIXED, NOTED), RESULTS),
        "approve": Approved(spec, "releases/one"),
        "generate": SourceTree((SourceFile("a", "12"), SourceFile("b", "3"))),
        "package": Package((SOURCE,), (), (), None, (NOTED,), RESULTS),
        "nothing": object(),
    }


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("interpret", {"kind": "dial", "confidence": "0.95", "engine": "offline"}),
        ("match", {"capability": "dial", "release": "releases/one"}),
        ("specify", {"unmapped": "2"}),
        ("validate", {"rules": "2", "noted": "1", "fixed": "1", "downgraded": "1", "rejected": "0"}),
        ("approve", {"release": "releases/one"}),
        ("generate", {"files": "2", "bytes": "3"}),
        (
            "package",
            {"source": "5e" * 32, "rules": "2", "noted": "1", "fixed": "0", "downgraded": "0", "rejected": "0"},
        ),
        ("nothing", {}),
    ],
)
def test_decision(results, make_spec, stage, expected):
    told = dict(decision(results[stage]))
    specification = told.pop("specification", None)

    assert expected == told
    assert specification in {None, digest(make_spec({"level": 5}))}
    assert (stage in {"specify", "validate", "approve"}) == (specification is not None)


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("interpret", "Read the prompt."),
        ("match", "Found the kind: dial."),
        ("specify", "Specified Dial with 1 properties."),
        ("validate", "Checked 2 rules; 2 changed the specification."),
        ("approve", "Approved the specification."),
        ("generate", "Wrote 2 files."),
        ("package", "Checked 2 rules on the code and packed it; there is no compiler here."),
        ("nothing", "Done."),
    ],
)
def test_sentence(results, stage, expected):
    assert expected == sentence(results[stage])


ASKED = (
    Consulted("INTERPRET_INTENT", "openai", "gpt", 100, 20, 1234, 1),
    Consulted("INTERPRET_INTENT", "openai", "gpt", cached=True),
    Consulted("INTERPRET_INTENT", attempts=3, code="PCF-LLM-004"),
)


@pytest.mark.parametrize("stage", ["interpret", "specify"])
def test_what_language_models_were_asked_is_told(results, stage):
    result = replace(results[stage], consulted=ASKED)
    assert {
        "models": "openai/gpt openai/gpt",
        "models_failed": "PCF-LLM-004",
        "models_cached": "1",
        "models_tokens": "120",
        "models_cost_micros": "1234",
    }.items() <= decision(result).items()
    assert sentence(result).endswith("The language model could not be asked: none answered in time.")


@pytest.mark.parametrize(
    "code", ["PCF-LLM-001", "PCF-LLM-002", "PCF-LLM-003", "PCF-LLM-004", "PCF-LLM-005", "PCF-LLM-9"]
)
def test_every_code_has_its_words(code):
    assert "could not be asked" in Consulted("GENERATE_SPEC", code=code).note


def test_a_prompt_without_a_kind_is_told_so():
    assert "no kind of control" in sentence(Interpretation(INTENT, "", "secret", 0.3))


def test_a_specification_that_stayed_is_told_so(make_spec):
    assert "Checked 1 rules." == sentence(Validated(make_spec(), (NOTED,), RESULTS[:1]))


@pytest.mark.parametrize(
    ("stage", "expected"),
    [
        ("validate", ["finding.downgraded", "finding.fixed", "finding.noted"]),
        ("package", ["finding.noted"]),
        ("match", []),
    ],
)
def test_findings_are_entries_of_their_own(results, stage, expected):
    assert expected == [entry.type for entry in downgrades(results[stage])]


SECRETS = st.from_regex(r"[bcdfghjklmnpqrtvwxz]{9,12}", fullmatch=True)
PLACES = [
    ("a star rating for {}", {}),
    ("a {} star rating", {}),
    ("a star rating named {}", {}),
    ("a star rating named X{} in the namespace Y{}", {}),
    ("a {}", {}),
    ("toggle with labels '{}' and '{}s'", {}),
    ("a slider or a toggle for {}", {}),
    ("read-only editable rating for {}", {}),
    ("rating for {} with no keyboard", {}),
    ("15 stars rating for {}", {}),
    ("a star rating", {"component_name": "{}"}),
    ("a star rating", {"component_name": "X{}", "namespace": "Y{}"}),
    ("a star rating", {"namespace": "{}"}),
    ("a star rating", {"display_name": "{}", "description": "It is a {}."}),
    ("a star rating", {"description": "{}"}),
]


@settings(max_examples=2, derandomize=True, deadline=None)
@given(SECRETS)
@pytest.mark.parametrize(("prompt", "options"), PLACES)
def test_what_a_maker_wrote_is_in_no_trail_and_no_log(build, prompt, options, secret):
    filled = {name: value.replace("{}", secret) for name, value in options.items()}
    built = build(prompt.replace("{}", secret), **filled)
    entries = [entry for done in built.done.values() for entry in done.trail]
    if built.problem:
        entries.append(endings.refused(built.problem, now=None).entry)
        assert secret not in built.problem.message.lower()
    if built.question:
        entries.append(endings.asked(built.question).entry)
    if built.result:
        entries.append(endings.succeeded(built.result, now=None).entry)

    assert entries
    assert not [entry for entry in entries if secret in str(entry).lower()]
