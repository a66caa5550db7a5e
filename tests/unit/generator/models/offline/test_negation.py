"""How far "no" and "not" reach."""

import pytest
from pcf_generator.models.offline.tokens import tokenise


@pytest.fixture(scope="session")
def denied(lexicon):
    """The words that a negation covers."""
    return lambda prompt: [token.text for token in tokenise(prompt, lexicon) if token.negated]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("no keyboard", ["keyboard"]),
        ("No keyboard", ["keyboard"]),
        ("simple, nothing fancy", ["fancy"]),
        ("without half stars", ["half", "stars"]),
        ("users can't edit it", ["edit", "it"]),
        ("users can’t edit it", ["edit", "it"]),
        ("it doesn't move", ["move"]),
        ("never required", ["required"]),
        ("neither fancy nor big", ["fancy", "big"]),
        ("not fancy. Required", ["fancy"]),
        ("not fancy, required", ["fancy"]),
        ("not fancy; required", ["fancy"]),
        ("not fancy (required)", ["fancy"]),
        ("not fancy but required", ["fancy"]),
        ("not a slider but a toggle", ["a", "slider"]),
        ("no label with stars", ["label"]),
        ("not only stars", []),
        ("no more than 5 stars", []),
        ("no less than 3 stars", []),
        ("stars", []),
        ("no", []),
        ("keyboard no", []),
    ],
)
def test_scope(denied, prompt, expected):
    assert expected == denied(prompt)


def test_a_scope_ends_after_some_words(denied, lexicon):
    assert lexicon.scope_words == len(denied("no " + "word " * 20))


def test_a_second_negation_begins_a_scope_of_its_own(denied):
    assert ["keyboard", "mouse"] == denied("no keyboard, no mouse")


def test_a_negator_knows_that_it_is_one(lexicon):
    assert ["can't"] == [token.text for token in tokenise("can't edit", lexicon) if token.negates]


def test_a_spared_negator_denies_nothing(lexicon):
    assert [] == [token.text for token in tokenise("not only stars", lexicon) if token.negates]
