"""Phrases as the brain writes them: alternatives, optional words, captures, gaps and the beginning."""

import pytest
from pcf_generator.models.offline.patterns import compile_pattern, find_at, longest_first, start_of
from pcf_generator.models.offline.tokens import tokenise


@pytest.fixture(scope="session")
def find(lexicon):
    """Every match of a phrase in a prompt; {number} captures a number, {pair} two words."""

    def capture(name, tokens, at):
        if name == "number":
            return (tokens[at].number, at + 1) if tokens[at].number is not None else None
        return (tokens[at].text + tokens[at + 1].text, at + 2) if at + 1 < len(tokens) else None

    def found(say, prompt):
        pattern, tokens = compile_pattern(say, lexicon), tokenise(prompt, lexicon)
        places = (find_at(pattern, tokens, at, lexicon=lexicon, capture=capture) for at in range(len(tokens)))
        return [match for match in places if match]

    return found


@pytest.fixture(scope="session")
def spans(find):
    """First and end of every match."""
    return lambda say, prompt: [(match.first, match.end) for match in find(say, prompt)]


@pytest.mark.parametrize(
    ("say", "prompt", "expected"),
    [
        ("star rating", "a star rating", [(1, 3)]),
        ("star rating", "Stars Ratings", [(0, 2)]),
        ("star rating", "star-rating", [(0, 2)]),
        ("star rating", "rating star", []),
        ("star rating", "starrating", []),
        ("read only", "read-only", [(0, 2)]),
        ("e-mail", "an e-mail field", [(1, 3)]),
        ("e-mail", "an email field", []),
        ("half star|stars", "half stars", [(0, 2)]),
        ("show|shows value|number", "shows the number", [(0, 3)]),
        ("must have [a] value", "must have value", [(0, 3)]),
        ("must have [a] value", "must have a value", [(0, 4)]),
        ("must have [a] value", "must have no value", []),
        ("[long] animation", "animation", [(0, 1)]),
        ("[long] animation", "long animation", [(0, 2), (1, 2)]),
        ("[big|small] star", "small star", [(0, 2), (1, 2)]),
        ("[a] [b]", "c", []),
        ("can't be empty", "can’t be empty", [(0, 3)]),
        ("yes / no", "yes/no", [(0, 3)]),
        ("1 - {number}", "1-10", [(0, 3)]),
        ("%|percent", "50 %", [(1, 2)]),
        ("a11y", "a11y", [(0, 3)]),
    ],
)
def test_matches(spans, say, prompt, expected):
    assert expected == spans(say, prompt)


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("star rating", [(0, 2)]),
        ("star nice rating", [(0, 3)]),
        ("star very nice rating", [(0, 4)]),
        ("star very very nice rating", []),
        ("star blue rating", [(0, 3)]),
        ("star #0000FF rating", [(0, 3)]),
        ("star product rating", []),
        ("star, rating", []),
    ],
)
def test_two_transparent_words_may_stand_between(spans, prompt, expected):
    assert expected == spans("star rating", prompt)


@pytest.mark.parametrize(
    ("say", "prompt", "expected"),
    [
        ("from {number} to {number2}", "from 1 to 10", []),
        ("{number} star|stars", "5 stars", [{"number": 5}]),
        ("{number} star|stars", "five golden stars", [{"number": 5}]),
        ("{number} star|stars", "many stars", []),
        ("{number} star|stars", "5", []),
        ("label {pair}", "label on off", [{"pair": "onoff"}]),
        ("label {pair}", "label on", []),
        ("[of] {number}", "of 5", [{"number": 5}, {"number": 5}]),
    ],
)
def test_captures(find, say, prompt, expected):
    assert expected == [match.captures for match in find(say, prompt) if "number2" not in match.captures]


def test_a_capture_that_fails_behind_an_optional_word_is_tried_without_it(find):
    [match] = find("step [size] {number}", "step 5")

    assert {"number": 5} == match.captures


def test_without_a_reader_nothing_is_captured(lexicon):
    pattern, tokens = compile_pattern("{number} stars", lexicon), tokenise("5 stars", lexicon)

    assert find_at(pattern, tokens, 0, lexicon=lexicon) is None


@pytest.mark.parametrize(
    ("say", "prompt", "negated"),
    [
        ("half star|stars", "half stars", False),
        ("half star|stars", "no half stars", True),
        ("half star|stars", "half stars, no label", False),
        ("cannot be empty", "cannot be empty", False),
        ("can't be empty", "it can’t be empty", False),
        ("must not be empty", "it must not be empty", False),
        ("be empty", "cannot be empty", True),
        ("cannot be empty", "never cannot be empty", False),
        ("value must not be empty", "no value must not be empty", True),
    ],
)
def test_a_negation_inside_belongs_to_the_phrase(find, say, prompt, negated):
    [match] = find(say, prompt)

    assert negated == match.negated


def test_gaps_are_not_claimed(find):
    [match] = find("star rating", "a star nice rating")

    assert (frozenset({1, 3}), 3) == (match.claimed, match.length)


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("Show stars", 0),
        ("I need you to show stars", 4),
        ("- show stars", 0),
        ("“Show” stars", 0),
        ("* (show) stars", 2),
        ("please", 1),
        ("", 0),
    ],
)
def test_a_prompt_begins_at_its_first_word_that_says_something(lexicon, prompt, expected):
    assert expected == start_of(tokenise(prompt, lexicon), lexicon)


@pytest.mark.parametrize(
    ("say", "expected"),
    [
        ("star rating", {"star"}),
        ("[big] star rating", {"big", "star"}),
        ("[big] [red] star|stars", {"big", "red", "star"}),
        ("{number} stars", None),
        ("[big] {number}", None),
        ("big {number}", {"big"}),
        ("^ show", {"show"}),
    ],
)
def test_first_words(lexicon, say, expected):
    assert expected == compile_pattern(say, lexicon).first_words()


def test_overlaps_keep_the_longest(find):
    prompt = "5 small blue stars rating"
    short, long = find("blue star|stars", prompt)[0], find("{number} star|stars rating", prompt)[0]

    assert [(long, "long")] == longest_first([(short, "short"), (long, "long")])


def test_of_equals_the_one_that_says_more_counts(find):
    prompt = "5 small stars"
    gap, full = find("{number} star|stars", prompt)[0], find("{number} small star|stars", prompt)[0]

    assert [(full, "full")] == longest_first([(gap, "gap"), (full, "full")])


def test_what_does_not_overlap_stays_in_reading_order(find):
    prompt = "half stars and big stars"
    half, big = find("half star|stars", prompt)[0], find("big star|stars", prompt)[0]

    assert [(half, 1), (big, 2)] == longest_first([(big, 2), (half, 1)])
