"""Values in a prompt, by the type of the parameter."""

import pytest
from pcf_generator.domain.capability import Parameter
from pcf_generator.models.offline import captures
from pcf_generator.models.offline.tokens import tokenise


def parameter(kind, **limits):
    return Parameter("it", kind, "It.", "", **limits)


@pytest.fixture(scope="session")
def read(lexicon):
    """The value at the beginning of a prompt, and how many tokens it took."""
    return lambda kind, prompt, **limits: captures.value(
        parameter(kind, **limits), tokenise(prompt, lexicon), 0, prompt=prompt, lexicon=lexicon
    )


@pytest.mark.parametrize(
    ("kind", "prompt", "expected"),
    [
        ("integer", "5 stars", (5, 1)),
        ("integer", "five stars", (5, 1)),
        ("integer", "-5", (-5, 1)),
        ("integer", "5.0", (5, 1)),
        ("integer", "5.5", None),
        ("integer", "many", None),
        ("number", "5.5", (5.5, 1)),
        ("number", "1,000", (1000.0, 1)),
        ("number", "'5'", None),
        ("colour", "#0f6cbd", ("#0F6CBD", 1)),
        ("colour", "#06c", ("#0066CC", 1)),
        ("colour", "blue stars", ("#0000FF", 1)),
        ("colour", "Dark Blue stars", ("#00188F", 2)),
        ("colour", "dark stars", None),
        ("colour", "dark", None),
        ("boolean", "yes", None),
        ("text", "'Open now'", ("Open now", 1)),
        ("text", "00-000", ("00-000", 2)),
        ("text", "(000) 000-0000 please", ("(000) 000-0000", None)),
        ("text", "A-99.", ("A-99", None)),
        ("text", "please", None),
        ("text", ".", None),
    ],
)
def test_reads(read, kind, prompt, expected):
    found = read(kind, prompt)
    if expected is None or expected[1] is not None:
        assert (expected is None) == (found is None)
    assert (expected and expected[0]) == (found and found[0])


def test_an_integer_is_an_integer(read):
    assert type(read("integer", "5.0")[0]) is int


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("small", ("small", 1)),
        ("Smalls", ("small", 1)),
        ("top-left", ("top-left", 2)),
        ("top left", ("top-left", 2)),
        ("top", ("top", 1)),
        ("'small'", None),
        ("tall", None),
    ],
)
def test_a_choice_is_said_by_its_words(read, prompt, expected):
    assert expected == read("choice", prompt, choices=("top-left", "top", "small"))


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("300ms", 300.0),
        ("300 ms", 300.0),
        ("2 seconds", 2000.0),
        ("2-second", 2000.0),
        ("half second", None),
        ("0.5 s", 500.0),
        ("two seconds", 2000.0),
        ("1 minute", 60000.0),
        ("5 stars", None),
        ("5", None),
    ],
)
def test_durations_are_in_milliseconds(lexicon, prompt, expected):
    found = captures.duration(tokenise(prompt, lexicon), 0, lexicon)

    assert expected == (found and found[0])
