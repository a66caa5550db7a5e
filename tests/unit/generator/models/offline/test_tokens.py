"""A prompt is cut the way people mean it, whatever they paste."""

import sys
import time
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pcf_generator.models.offline.tokens import readable, stem, tokenise

MODEST = settings(max_examples=80, derandomize=True, deadline=None)
ANY_TEXT = st.text(max_size=200) | st.text(alphabet="a1-'\"’#.,“”`«»no \n_٣²", max_size=60)


@pytest.fixture(scope="session")
def texts(lexicon):
    """The texts of the tokens, and their kinds."""
    return lambda prompt: [(token.kind, token.text) for token in tokenise(prompt, lexicon)]


@pytest.fixture(scope="session")
def numbers(lexicon):
    """The numbers in a prompt."""
    return lambda prompt: [token.number for token in tokenise(prompt, lexicon) if token.number is not None]


@pytest.mark.parametrize(
    ("prompt", "words"),
    [
        ("5-star rating", ["5", "star", "rating"]),
        ("read-only", ["read", "only"]),
        ("e‑mail with a non-breaking hyphen", ["e", "mail", "with", "a", "non", "breaking", "hyphen"]),
        ("read—only", ["read", "only"]),
        ("users' ratings", ["users", "'", "ratings"]),
        ("don't", ["don't"]),
        ("don’t", ["don’t"]),
        ("snake_case", ["snake", "case"]),
        ("star5", ["star", "5"]),
        ("a11y", ["a", "11", "y"]),
        ("größe café naïve", ["größe", "café", "naïve"]),
        ("تقييم بالنجوم", ["تقييم", "بالنجوم"]),
        ("评分 控件", ["评分", "控件"]),
        ("⭐ rating ⭐⭐", ["⭐", "rating", "⭐", "⭐"]),
        ("rating 👩‍👩‍👧 control", ["rating", "👩", "\u200d", "👩", "\u200d", "👧", "control"]),
        ("stars... please", ["stars", "...", "please"]),
        ("\u202erating\u202c", ["\u202e", "rating", "\u202c"]),
        ("", []),
        (" \t\n\u2003", []),
    ],
)
def test_words_and_marks(texts, prompt, words):
    assert words == [text for _, text in texts(prompt)]


@pytest.mark.parametrize(
    ("prompt", "quoted"),
    [
        ("named 'Product rating'", "Product rating"),
        ('named "Product rating"', "Product rating"),
        ("named “Product rating”", "Product rating"),
        ("named `Product rating`", "Product rating"),
        ("named «Product rating»", "Product rating"),
        ("say 'it is' now", "it is"),
        ('say "don\'t"', "don't"),
    ],
)
def test_quoted_text_is_one_token(texts, prompt, quoted):
    assert ("quoted", quoted) in texts(prompt)


@pytest.mark.parametrize(
    "prompt",
    [
        "users' and makers' ratings",
        "don't and won't",
        "an 'unclosed quote",
        "'two\nlines'",
        "''",
        "'" + "x" * 101 + "'",
    ],
)
def test_is_not_quoted(texts, prompt):
    assert "quoted" not in {kind for kind, _ in texts(prompt)}


@pytest.mark.parametrize(
    ("prompt", "colours"),
    [
        ("#0F6CBD stars", ["#0F6CBD"]),
        ("#06c stars", ["#06c"]),
        ("#0F6CBD, #fff", ["#0F6CBD", "#fff"]),
        ("#12345 stars", []),
        ("#1234567 stars", []),
        ("#ggg stars", []),
        ("#1 priority", []),
    ],
)
def test_colours(texts, prompt, colours):
    assert colours == [text for kind, text in texts(prompt) if kind == "colour"]


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("5 stars", [5]),
        ("5-star", [5]),
        ("five stars", [5]),
        ("0.5 steps", [0.5]),
        ("0,5 steps", [0.5]),
        ("0,125 steps", [0.125]),
        ("1,000 stars", [1000]),
        ("1,234,567.5 points", [1234567.5]),
        ("1,0000", [1.0]),
        ("from 1 to 10", [1, 10]),
        ("1-10", [1, 10]),
        ("1–10", [1, 10]),
        ("1..10", [1, 10]),
        ("-5 to 5", [-5, 5]),
        ("from −5 to 5", [-5, 5]),
        ("from -5 to -1", [-5, -1]),
        ("-5--1", [-5, -1]),
        ("-1,000 to 1,000", [-1000, 1000]),
        ("٣ نجوم", [3]),
        ("version 1.2.3", [1.2, 3]),
        ("9" * 400 + " stars", []),
    ],
)
def test_numbers(numbers, prompt, expected):
    assert expected == numbers(prompt)


@pytest.mark.parametrize(
    ("prompt", "expected"), [("1.000 Sterne", [1000]), ("1.234,5", [1234.5]), ("0,5", [0.5]), ("1.5", [1.5])]
)
def test_another_language_groups_digits_its_way(lexicon, prompt, expected):
    german = replace(lexicon, thousands=".")

    assert expected == [token.number for token in tokenise(prompt, german) if token.number is not None]


@pytest.mark.parametrize(
    ("prompt", "dashes"),
    [
        ("1..10", 1),
        ("1 … 10", 1),
        ("1...", 0),
        ("1-10", 1),
        ("1 - 10", 1),
        ("1 – -10", 1),
        ("5-star", 0),
        ("a-b", 0),
        ("-", 0),
        ("1-", 0),
    ],
)
def test_a_dash_stays_between_numbers_only(texts, prompt, dashes):
    assert dashes == texts(prompt).count(("mark", "-"))


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("5 stars\nand\tmore ⭐", "5 stars\nand\tmore ⭐"),
        ("cafe\u0301", "café"),
        ("a\x01b\x0bc\x1b[31m", "a b c [31m"),
        ("'a\x7f\ufffe'", "'a  '"),
    ],
)
def test_what_no_file_can_hold_is_read_as_a_space(prompt, expected):
    assert expected == readable(prompt)


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("stars", "star"),
        ("Stars", "star"),
        ("studies", "study"),
        ("boxes", "box"),
        ("classes", "class"),
        ("class", "class"),
        ("status", "status"),
        ("is", "is"),
        ("gas", "gas"),
        ("users’", "users'"),
    ],
)
def test_stem(lexicon, word, expected):
    assert expected == stem(word, lexicon)


@MODEST
@given(ANY_TEXT)
@example("'a' 'b")
@example("-" * 50)
def test_tokens_stand_in_the_text_in_order(lexicon, prompt):
    tokens = tokenise(prompt, lexicon)

    assert all(one.end <= other.start for one, other in pairwise(tokens))
    for token in tokens:
        raw = prompt[token.start : token.end]
        if token.text != "-":
            assert token.text == (raw[1:-1] if token.kind == "quoted" else raw)


@MODEST
@given(ANY_TEXT)
def test_nothing_that_is_said_is_lost(lexicon, prompt):
    """Letters and digits are in a token, all others may be punctuation."""
    covered = {i for token in tokenise(prompt, lexicon) for i in range(token.start, token.end)}

    assert [] == [c for i, c in enumerate(prompt) if i not in covered and c.isalnum()]


def steps(prompt, lexicon):
    """Lines of Python run, as a measure of work that no clock and no neighbour disturbs."""
    count = 0

    def count_lines(frame, event, argument):
        nonlocal count
        count += event == "line"
        return count_lines

    before = sys.gettrace()
    sys.settrace(count_lines)
    try:
        tokenise(prompt, lexicon)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "1",
        "1-",
        "'",
        "' ",
        "a'",
        "no ",
        "not only ",
        "#",
        "-",
        ". ",
        "1,",
        "\u200d",
        "“",
        "the quick ",
        "5 stars, ",
    ],
)
def test_work_grows_with_the_length(lexicon, piece):
    short, long = (steps(piece * (length // len(piece)), lexicon) for length in (500, 2000))

    assert long <= 4.5 * short + 100


@pytest.mark.parametrize("piece", ["'", "' ", "“", "a'", "-", "1,111", "1,", "#abcde", " "])
def test_cutting_takes_no_quadratic_time(lexicon, piece):
    """Four times the text takes some four times the processor's time, sixteen would be quadratic."""

    def cost(length):
        tokenise(piece, lexicon)
        begins = time.process_time()
        tokenise(piece * (length // len(piece)), lexicon)
        return time.process_time() - begins

    short, long = (min(cost(length) for _ in range(3)) for length in (3_000, 12_000))
    assert long <= 10 * short
