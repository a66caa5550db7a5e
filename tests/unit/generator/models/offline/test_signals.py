"""What a prompt says, denies and measures."""

import asyncio

import pytest
from pcf_generator.domain.language import QuestionChoice, QuestionRule
from pcf_generator.models.offline.signals import Signals, concept_phrases, read_signals
from pcf_generator.models.offline.tokens import tokenise


@pytest.fixture(scope="session")
def read(knowledge, lexicon):
    """The signals of a prompt."""
    phrases = concept_phrases(asyncio.run(knowledge.language("en")))
    return lambda prompt: read_signals(tokenise(prompt, lexicon), phrases, lexicon)


@pytest.mark.parametrize(
    ("prompt", "said", "denied"),
    [
        ("read-only rating", {"readOnly"}, set()),
        ("users can't edit it", set(), {"edit"}),
        ("users can’t edit it", set(), {"edit"}),
        ("simple, nothing fancy", {"minimal"}, {"rich"}),
        ("simple but fancy", {"minimal", "rich"}, set()),
        ("no keyboard support", set(), {"keyboard"}),
        ("no high contrast", set(), {"highContrast"}),
        ("it cannot be empty", {"required"}, set()),
        ("it can't be empty", {"required"}, set()),
        ("it must not be empty", {"required"}, set()),
        ("it can be empty", {"optional"}, set()),
        ("it is not required", set(), {"required"}),
        ("AAA compliant", {"levelAAA"}, set()),
        ("wcag aa", {"levelAA"}, set()),
        ("that auto-submits to an external API", {"autoSubmit", "externalApi"}, set()),
        ("icons from a CDN", {"cdnFonts"}, set()),
        ("not only fancy", {"rich"}, set()),
        ("stars", set(), set()),
    ],
)
def test_says_and_denies(read, prompt, said, denied):
    signals = read(prompt)

    assert (said, denied) == (signals.said, signals.denied)


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("with 2-second star animation", {"animation": 2000.0}),
        ("animation of 300 ms", {"animation": 300.0}),
        ("animate it over 2 seconds", {"animation": 2000.0}),
        ("no 2-second animation", {}),
        ("with animation", {}),
    ],
)
def test_measures(read, prompt, expected):
    assert expected == read(prompt).amounts


def test_every_concept_is_a_variable(read, lexicon):
    variables = read("read-only, not fancy").variables(lexicon.concepts)

    assert lexicon.concepts.keys() == variables["said"].keys() == variables["denied"].keys()
    assert variables["said"]["readOnly"]
    assert variables["denied"]["rich"]
    assert 0.0 == variables["amounts"]["animation"]


def test_gaps_are_not_understood(read):
    """In "only nice show" the concept is "only … show"; `nice` says nothing to it."""
    assert frozenset({0, 2}) == read("only the show").understood


ASK = QuestionRule(
    "which",
    "PCF-INT-003",
    lambda variables: True,
    "Which?",
    (
        QuestionChoice("see", "See", frozenset({"readOnly"}), frozenset({"edit"})),
        QuestionChoice("edit", "Edit", frozenset({"edit"}), frozenset({"readOnly"})),
    ),
)


@pytest.mark.parametrize(
    ("choice", "said", "denied"),
    [
        ("see", {"readOnly", "rich"}, {"keyboard"}),
        ("edit", {"edit", "rich"}, {"keyboard"}),
        ("nothing", {"readOnly", "edit", "rich"}, {"keyboard"}),
    ],
)
def test_an_answer_says_and_unsays(choice, said, denied):
    signals = Signals(frozenset({"readOnly", "edit", "rich"}), frozenset({"keyboard"}), {}, frozenset())
    answered = signals.answered(ASK, choice)

    assert (said, denied) == (answered.said, answered.denied)


def test_an_answer_takes_a_denial_back():
    signals = Signals(frozenset(), frozenset({"edit"}), {}, frozenset())

    assert (frozenset({"edit"}), frozenset()) == (
        signals.answered(ASK, "edit").said,
        signals.answered(ASK, "edit").denied,
    )
