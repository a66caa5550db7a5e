"""What a prompt sets, by a kind's own phrases."""

import pytest
from pcf_generator.domain.capability import Parameter, Phrase
from pcf_generator.models.offline.parameters import read_parameters
from pcf_generator.models.offline.phrases import PhraseSet
from pcf_generator.models.offline.tokens import tokenise

PARAMETERS = (
    Parameter("min", "number", "Lower limit.", 0.0),
    Parameter("max", "number", "Upper limit.", 100.0),
    Parameter("count", "integer", "How many.", 5),
    Parameter("half", "boolean", "Whether half.", default=False),
    Parameter("size", "choice", "How big.", "medium", choices=("small", "medium", "large")),
    Parameter("tint", "colour", "Its colour.", "#767676"),
    Parameter("label", "text", "What it says.", ""),
)
PHRASES = (
    Phrase("from {min} to {max}", {}),
    Phrase("{min} - {max}", {}),
    Phrase("up to {max}", {}),
    Phrase("{count} star|stars", {}),
    Phrase("{count} {size} star|stars", {}),
    Phrase("half star|stars", {"half": True}),
    Phrase("whole star|stars", {"half": False}),
    Phrase("big|huge star|stars", {"size": "large"}),
    Phrase("{size} star|stars", {}),
    Phrase("{tint} star|stars", {}),
    Phrase("label {label}", {}),
    Phrase("no limit", {"max": 1e9}),
)


@pytest.fixture(scope="session")
def reading(make_capability, lexicon):
    """What a prompt sets."""
    capability = make_capability(parameters=PARAMETERS)
    phrases = PhraseSet([(phrase.say, phrase) for phrase in PHRASES], lexicon)
    return lambda prompt: read_parameters(
        tokenise(prompt, lexicon), capability, phrases, prompt=prompt, lexicon=lexicon
    )


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("from 0 to 10", {"min": (0,), "max": (10,)}),
        ("from -5 to 5", {"min": (-5,), "max": (5,)}),
        ("from 0.5 to 1.5", {"min": (0.5,), "max": (1.5,)}),
        ("from 0 to 1,000", {"min": (0,), "max": (1000,)}),
        ("-10-10", {"min": (-10,), "max": (10,)}),
        ("1–10", {"min": (1,), "max": (10,)}),
        ("5 stars", {"count": (5,)}),
        ("five stars", {"count": (5,)}),
        ("5 golden stars", {"count": (5,)}),
        ("7 small stars", {"count": (7,), "size": ("small",)}),
        ("half stars", {"half": (True,)}),
        ("no half stars", {"half": (False,)}),
        ("without whole stars", {"half": (True,)}),
        ("no big stars", {}),
        ("not 5 stars", {}),
        ("not small stars", {}),
        ("big stars", {"size": ("large",)}),
        ("blue stars", {"tint": ("#0000FF",)}),
        ("label 'On, off'", {"label": ("On, off",)}),
        ("5 stars and 7 stars", {"count": (5, 7)}),
        ("5 stars, I said 5 stars", {"count": (5,)}),
        ("half stars or no half stars", {"half": (True, False)}),
        ("5.5 stars", {}),
        ("stars", {}),
        ("", {}),
    ],
)
def test_sets(reading, prompt, expected):
    assert expected == reading(prompt).values


def test_what_was_read_is_understood(reading):
    assert frozenset({1, 2, 4, 5}) == reading("with 5 stars, half stars").understood


def test_a_colour_in_a_gap_is_not_understood(reading):
    """ "5 blue stars" sets the number; that the colour went by must be told."""
    assert frozenset({0, 2}) == reading("5 blue stars").understood
