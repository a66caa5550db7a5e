"""A text in Markdown shows as it was written and starts no construct, in a paragraph, a heading and a table."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pcf_generator.writers import markdown
from pcf_generator.writers.fragment import Fragment, WriterError

FUZZ = settings(max_examples=120, derandomize=True, deadline=None)
PIECES = [
    "*", "_", "`", "```", "~~~", "~~", "#", "-", "+", "=", "===", "---", "1.", "1)", "999999999.", ">", "|", "|---|",
    "[", "]", "(", ")", "!", "<b>", "</b>", "<!--", "&amp;", "&#35;", "\\", "http://a.b", "www.a.b", "a@b.cc", ":", " ",
    "\n", "\n\n", "\t", "    ", "a", "é", "⭐", "$", "^", "'", '"', "[a](b)", "![a](b)", "[^1]", "[ ]", "\u2028",
    "\xa0",
]  # fmt: skip
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=12).map("".join) | st.text(max_size=40)
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def shown(value):
    """How people see a text that is written on one line."""
    return " ".join(value.split())


def written(value):
    """The fragment, or None for what is refused."""
    try:
        return markdown.text(value)
    except WriterError:
        return None


def plain_text(inline):
    """The text of a line that holds nothing but text."""
    assert {"text"} >= {child.type for child in inline.children}, inline.content
    return "".join(child.content for child in inline.children)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Rates a number, with stars: 5-star!", "Rates a number, with stars: 5-star!"),
        ("*bold* _it_ `code`", r"\*bold\* \_it\_ \`code\`"),
        ("a | b", r"a \| b"),
        ("[link](https://x.y)", r"\[link\]\(https\://x.y\)"),
        ("www.x.y", r"www\.x.y"),
        ("<script>", r"\<script\>"),
        ("&amp;", r"\&amp;"),
        ("# title", r"\# title"),
        ("- item", r"\- item"),
        ("1. item", r"1\. item"),
        ("1.5 stars", r"1\.5 stars"),
        ("= x", r"\= x"),
        ("a\n\nb\tc", "a b c"),
        ("  ", ""),
        (True, "yes"),
        (False, "no"),
        (5, "5"),
        (0.5, "0.5"),
        (1234567.5, "1234567.5"),
    ],
)
def test_writes(value, expected):
    fragment = markdown.text(value)

    assert (expected, "markdown") == (fragment, fragment.language)


@FUZZ
@given(HOSTILE)
@example("1. one")
@example("1) one")
@example("    code")
@example("[a]: b")
@example("\\")
@example("--- \n***")
def test_shows_as_it_was_written_in_a_paragraph(value):
    fragment = written(value)
    if not fragment:
        return
    tokens = READER.parse(f"before\n\n{fragment}\n\nafter\n")

    assert ["paragraph_open", "inline", "paragraph_close"] * 3 == [token.type for token in tokens]
    assert shown(value) == plain_text(tokens[4])


@FUZZ
@given(HOSTILE)
@example("title #")
@example("====")
def test_shows_as_it_was_written_in_a_heading(value):
    fragment = written(value)
    if not fragment:
        return
    tokens = READER.parse(f"# {fragment}\n\nafter\n")

    assert ["heading_open", "inline", "heading_close", "paragraph_open", "inline", "paragraph_close"] == [
        token.type for token in tokens
    ]
    assert shown(value) == plain_text(tokens[1])


@FUZZ
@given(HOSTILE, HOSTILE)
@example("a|b", "\\")
@example("\\|", "`|`")
def test_shows_as_it_was_written_in_a_table(one, other):
    fragments = written(one), written(other)
    if None in fragments:
        return
    tokens = READER.parse("| a | b |\n| --- | --- |\n| {} | {} |\n\nafter\n".format(*fragments))
    cells = [tokens[i + 1] for i, token in enumerate(tokens) if token.type == "td_open"]

    assert [shown(one), shown(other)] == [plain_text(cell) for cell in cells]
    assert ["paragraph_open", "inline", "paragraph_close"] == [token.type for token in tokens[-3:]]


@FUZZ
@given(HOSTILE, st.sampled_from(["before {} after\n", "- {}\n", "> {}\n", "**{}**\n", "1. {}\n\n2. b\n"]))
def test_starts_nothing_in_other_places(value, place):
    fragment = written(value)
    if not fragment:
        return
    kinds = [token.type for token in READER.parse(place.format(fragment))]

    assert [token.type for token in READER.parse(place.format("x"))] == kinds


@FUZZ
@given(HOSTILE)
def test_no_bare_address_becomes_a_link(value):
    fragment = written(value)

    assert not re.search(r"(?:https?|ftp)://|www\.", fragment or "", re.IGNORECASE)


@pytest.mark.parametrize("value", ["\x00", "\x1b[31m", "\ud800", "\ufffe", None, ["a"], {"a": 1}, b"a"])
def test_refuses(value):
    with pytest.raises(WriterError):
        markdown.text(value)


def test_a_fragment_stands_as_it_is():
    assert markdown.text(Fragment("`a`", "markdown")) == "`a`"


@pytest.mark.parametrize("value", ["PcfBuilder.StarRating", "Whole.None", "1.0.0", "a b", "strings/x.resx", "@a/b"])
def test_code(value):
    assert f"`{value}`" == markdown.code(value)


@pytest.mark.parametrize("value", ["", " ", " a", "a ", "a`b", "``", "a|b", "a\nb", "a\\b", "<b>", "*a*", "[a]", "ü"])
def test_is_no_code(value):
    with pytest.raises(WriterError):
        markdown.code(value)


@FUZZ
@given(HOSTILE)
def test_code_shows_as_it_was_written(value):
    try:
        fragment = markdown.code(value)
    except WriterError:
        return
    tokens = READER.parse(f"a {fragment} b `c`\n")

    assert [value, "c"] == [child.content for child in tokens[1].children if child.type == "code_inline"]
