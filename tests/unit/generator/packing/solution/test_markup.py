"""Elements are laid out as the platform's tools do; their texts and values cannot leave them."""

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pcf_generator.packing.solution.markup import Element, document, element, text
from pcf_generator.writers.fragment import WriterError

HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (element("a"), "<a />\n"),
        (element("a", b=1, c="x"), '<a b="1" c="x" />\n'),
        (text("a", ""), "<a></a>\n"),
        (text("a", 5), "<a>5</a>\n"),
        (text("a", "<&]]>"), "<a>&lt;&amp;]]&gt;</a>\n"),
        (element("a", b='"\n'), '<a b="&quot;&#10;" />\n'),
        (element("a", element("b", text("c", "d")), element("e")), "<a>\n  <b>\n    <c>d</c>\n  </b>\n  <e />\n</a>\n"),
        (Element("a", "", {"x:nil": "true"}), '<a x:nil="true"></a>\n'),
    ],
)
def test_writes(tree, expected):
    assert HEAD + expected == document(tree)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.text(max_size=40), st.text("<>&'\"]\r\n\t ", max_size=20))
def test_reads_back_the_same_or_is_refused(content, value):
    try:
        written = document(element("a", text("b", content, c=value)))
    except WriterError:
        return
    root = ET.fromstring(written)

    assert [(content, {"c": value}, 0)] == [(child.text or "", child.attrib, len(child)) for child in root]


@pytest.mark.parametrize("content", ["\x00", "\x1f", "\ud800", "\uffff"])
def test_what_no_xml_can_hold_is_refused(content):
    for tree in (text("a", content), element("a", b=content)):
        with pytest.raises(WriterError):
            document(tree)
