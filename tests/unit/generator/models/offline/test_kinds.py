"""Which kind of control a prompt means: scores, purposes, ties, negations."""

from dataclasses import replace
from types import SimpleNamespace

import pytest
from pcf_generator.domain.capability import Kind
from pcf_generator.models.offline.kinds import STRONG, by_id, kind_phrases, read_kinds
from pcf_generator.models.offline.tokens import tokenise
from pcf_generator.models.offline.unmapped import purpose_of


def kind(kind_id, strong, weak=()):
    return Kind(kind_id, kind_id, "It.", "input-control", "It", (), (), tuple(strong), tuple(weak))


KINDS = (
    kind("rating", ["star rating", "rating", "star", "rating control"], ["score", "feedback"]),
    kind("slider", ["slider", "slide bar"], ["number", "range"]),
    kind("toggle", ["toggle", "switch"], ["checkbox"]),
)


@pytest.fixture(scope="session")
def read(lexicon):
    """The kinds in a prompt."""
    phrases = kind_phrases(SimpleNamespace(kinds=KINDS, lexicon=lexicon))

    def reading(prompt):
        tokens = tokenise(prompt, lexicon)
        return read_kinds(tokens, phrases, purpose_of(tokens, lexicon), lexicon=lexicon)

    return reading


@pytest.mark.parametrize(
    ("prompt", "certain"),
    [
        ("a star rating", "rating"),
        ("Ratings!", "rating"),
        ("a slider for star ratings", "slider"),
        ("a star rating for the range", "rating"),
        ("not a slider but a toggle", "toggle"),
        ("a toggle, not a slider", "toggle"),
        ("a toggle instead of no slider", "toggle"),
        ("star rating slider", "rating"),
        ("rating rating rating slide bar", "slider"),
        ("a control for ratings", "rating"),
        ("a checkbox", ""),
        ("a slider or a toggle", ""),
        ("no slider", ""),
        ("not a very big slider", ""),
        ("users cannot change the rating", "rating"),
        ("neither fancy nor animated rating", "rating"),
        ("not a horizontal slider but a toggle", "toggle"),
        ("a video player", ""),
        ("", ""),
    ],
)
def test_certain(read, prompt, certain):
    assert certain == read(prompt).certain


@pytest.mark.parametrize(
    ("prompt", "leaders"),
    [
        ("a slider or a toggle", ("slider", "toggle")),
        ("toggle slider", ("slider", "toggle")),
        ("score and range", ("rating", "slider")),
        ("a checkbox", ("toggle",)),
        ("not a slider", ()),
    ],
)
def test_leaders_of_a_tie_are_sorted(read, prompt, leaders):
    assert leaders == read(prompt).leaders


@pytest.mark.parametrize(
    ("prompt", "score"),
    [
        ("rating", STRONG),
        ("rating rating", STRONG),
        ("star rating", STRONG + 1),
        ("star nice rating", STRONG + 1),
        ("star rating with a score", STRONG + 2),
        ("for my ratings, make a rating", STRONG),
        ("score", 1),
    ],
)
def test_scores(read, prompt, score):
    assert ("rating", score) == read(prompt).ranked[0]


def test_a_purpose_counts_little_only_beside_a_kind_that_is_named(read):
    assert (("slider", 3), ("rating", 2)) == read("a slider for star ratings").ranked
    assert (("rating", 4),) == read("a control for star ratings").ranked


def test_what_is_denied_is_understood_all_the_same(read):
    assert frozenset({2, 5}) == read("not a slider but a toggle").understood


def test_a_kind_without_words_is_never_meant(lexicon):
    phrases = kind_phrases(SimpleNamespace(kinds=(kind("mute", []),), lexicon=lexicon))

    assert read_kinds(tokenise("mute", lexicon), phrases, frozenset(), lexicon=lexicon).ranked == ()


def test_the_order_of_the_kinds_does_not_matter(lexicon):
    tokens = tokenise("a slider or a toggle with a rating", lexicon)
    readings = [
        read_kinds(tokens, kind_phrases(SimpleNamespace(kinds=kinds, lexicon=lexicon)), frozenset(), lexicon=lexicon)
        for kinds in (KINDS, KINDS[::-1])
    ]

    assert readings[0] == readings[1]


def test_by_id():
    assert KINDS[1] == by_id(KINDS, "slider")
    assert by_id(KINDS, "") is None


def test_upper_case_and_accents_are_words_like_others(lexicon):
    french = kind("note", ["évaluation"])
    phrases = kind_phrases(SimpleNamespace(kinds=(french,), lexicon=replace(lexicon, stems=())))

    assert "note" == read_kinds(tokenise("ÉVALUATION", lexicon), phrases, frozenset(), lexicon=lexicon).certain
