"""Whatever a text holds, in TypeScript it is one string with that value."""

import json
import re

import pytest
import tree_sitter_typescript
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pcf_generator.writers import typescript
from pcf_generator.writers.fragment import Fragment, WriterError
from tree_sitter import Language, Parser

FUZZ = settings(max_examples=100, derandomize=True, deadline=None)
HOSTILE = st.text(max_size=60) | st.text(alphabet="\"'`\\\n\r\u2028\u2029/*<>${}-!scriptu00;", max_size=60)
PARSER = Parser(Language(tree_sitter_typescript.language_typescript()))


def nodes(node):
    yield node
    for child in node.children:
        yield from nodes(child)


def strings(program):
    """The strings of a program that parses; nothing but them may come of a text."""
    root = PARSER.parse(program.encode()).root_node
    assert not root.has_error, program
    return [node for node in nodes(root) if node.type in {"string", "template_string"}]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-5, "-5"),
        (0.5, "0.5"),
        (5.0, "5"),
        (-0.0, "0"),
        (1e-7, "1e-07"),
        (1e20, "1e+20"),
        ("", '""'),
        ("plain", '"plain"'),
        ("größe ⭐", '"größe ⭐"'),
        ('say "hi"', r'"say \"hi\""'),
        ("it's", '"it\'s"'),
        ("back\\slash", r'"back\\slash"'),
        ("a\nb\tc\r", r'"a\nb\tc\r"'),
        ("\u2028\u2029", r'"\u2028\u2029"'),
        ("</script>", r'"\u003c/script>"'),
        ("a */ b", r'"a \u002a/ b"'),
        ("${x}", '"${x}"'),
        ("`", '"`"'),
        (("small", 5, None), '["small", 5, null]'),
        ([["a"], []], '[["a"], []]'),
    ],
)
def test_writes(value, expected):
    written = typescript.literal(value)

    assert (expected, "typescript") == (written, written.language)


@FUZZ
@given(HOSTILE)
@example('"; alert(1); "')
@example("\\")
@example('\\"')
@example("</script><script>alert(1)</script>")
@example("*/ alert(1) /*")
@example("<\\/")
def test_a_text_is_one_string_with_its_value(value):
    try:
        written = typescript.literal(value)
    except WriterError:
        assert any(ord(c) < 32 or c in "\ufffe\uffff" or "\ud800" <= c <= "\udfff" for c in value)
        return
    [found] = strings(f"const text = {written};")

    assert str(written) == found.text.decode()
    assert value == json.loads(written)
    assert not {"\n", "\r", "\u2028", "\u2029"} & set(written)


@FUZZ
@given(HOSTILE)
@example("*/ alert(1) /*")
@example("\u2028alert(1)")
def test_a_text_stays_in_a_comment(value):
    try:
        written = typescript.literal(value)
    except WriterError:
        return
    for program in (f"/* {written} */", f"// {written}\n"):
        root = PARSER.parse(program.encode()).root_node
        assert ["comment"] == [child.type for child in root.children]


@FUZZ
@given(HOSTILE)
def test_a_text_ends_no_script_element(value):
    try:
        written = typescript.literal(value)
    except WriterError:
        return
    assert "</" not in written


@FUZZ
@given(st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53))
def test_a_number_is_that_number(value):
    assert value == float(typescript.literal(value))


@FUZZ
@given(st.lists(HOSTILE | st.integers() | st.booleans() | st.none(), max_size=5))
def test_an_array_holds_its_items(value):
    try:
        written = typescript.literal(value)
    except WriterError:
        return
    assert value == json.loads(written)
    assert len(strings(f"const list = {written};")) == sum(isinstance(item, str) for item in value)


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), {"a": 1}, b"bytes", object(), {1}, "\x00", "\x1b[31m", "\ud800", "\ufffe"]
)
def test_refuses(value):
    with pytest.raises(WriterError):
        typescript.literal(value)
    with pytest.raises(WriterError):
        typescript.literal([value])


def test_a_fragment_stands_as_it_is():
    fragment = Fragment("someName", "typescript")

    assert fragment is typescript.literal(fragment)


def test_a_fragment_of_another_language_is_text():
    assert r'".Namespace\\.Name"' == typescript.literal(Fragment(".Namespace\\.Name", "css"))


@pytest.mark.parametrize("name", ["StarRating", "_private", "$", "a1", "Array"])
def test_identifier(name):
    assert name == typescript.identifier(name)


@pytest.mark.parametrize(
    "name",
    ["", "1a", "a b", "a-b", "a.b", "a;", "größe", "a\n", "class", "await", "eval", "a/**/", "\u0061\u200d", None, 5],
)
def test_is_no_identifier(name):
    with pytest.raises(WriterError):
        typescript.identifier(name)


@FUZZ
@given(HOSTILE | st.from_regex(r"[A-Za-z_$][A-Za-z0-9_$]{0,8}", fullmatch=True))
def test_an_identifier_is_one_name_in_a_declaration(name):
    try:
        written = typescript.identifier(name)
    except WriterError:
        return
    root = PARSER.parse(f"class {written} {{}}".encode()).root_node

    assert not root.has_error
    assert ["class_declaration"] == [child.type for child in root.children]


@pytest.mark.parametrize("value", ["</script>", "*/", "\u2028", "\\/", "'", "`"])
def test_no_escape_is_useless(value):
    """ESLint's no-useless-escape knows these."""
    assert not re.search(r'\\[^"bfnrtu]', typescript.literal(value).replace("\\\\", ""))
