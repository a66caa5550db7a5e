"""A text in XML, RESX or a project file reads back as it was, or is refused."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pcf_generator.writers import xml
from pcf_generator.writers.fragment import Fragment, WriterError

UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
HOSTILE = (
    st.text(max_size=60)
    | st.text(alphabet=st.characters(categories=("Cc", "Cs", "Cf", "Zl", "Zp", "Lu")), max_size=20)
    | st.text(alphabet="<>&'\"]![CDATA-/?;#x0amplt \n\r\t\ufffe\ufeff", max_size=60)
)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("plain", "plain"),
        ("<a>&", "&lt;a&gt;&amp;"),
        ('"it\'s"', "&quot;it&apos;s&quot;"),
        ("]]>", "]]&gt;"),
        ("a\nb\rc\td", "a&#10;b&#13;c&#9;d"),
        ("&amp;", "&amp;amp;"),
        (True, "true"),
        (False, "false"),
        (5, "5"),
        (-5, "-5"),
        ("größe ⭐", "größe ⭐"),
    ],
)
def test_writes(value, expected):
    written = xml.text(value)

    assert (expected, "xml") == (written, written.language)


@settings(max_examples=120, derandomize=True, deadline=None)
@given(HOSTILE)
@example("]]>")
@example("<!--")
@example('" onload="x')
@example("&#0;")
@example("\r\n")
def test_reads_back_the_same_or_is_refused(value):
    try:
        written = xml.text(value)
    except WriterError:
        assert UNWRITABLE.search(value)
        return
    document = ET.fromstring(f'<?xml version="1.0" encoding="utf-8"?><a b="{written}" c=\'{written}\'>{written}</a>')

    assert [value] * 3 == [document.attrib["b"], document.attrib["c"], document.text or ""]
    assert [] == list(document)
    assert not UNWRITABLE.search(value)


@pytest.mark.parametrize("value", [None, 0.5, b"a", ["a"], {"a": 1}, object()])
def test_refuses_what_is_no_text(value):
    with pytest.raises(WriterError):
        xml.text(value)


@pytest.mark.parametrize("value", ["\x00", "\x0b", "\x1b", "\ud800", "\ufffe", "\uffff"])
def test_the_refused_character_is_named_and_not_repeated(value):
    with pytest.raises(WriterError, match=f"U\\+{ord(value):04X}") as refused:
        xml.text(f"text {value}")

    assert value not in str(refused.value)


def test_a_fragment_stands_as_it_is():
    assert xml.text(Fragment("<b/>", "xml")) == "<b/>"


def test_a_fragment_of_another_language_is_text():
    assert xml.text(Fragment("<b/>", "css")) == "&lt;b/&gt;"
