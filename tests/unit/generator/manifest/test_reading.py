"""XML nobody should read is refused before it costs anything; what is read is as it was written."""

import pytest
from pcf_generator.manifest import reading
from pcf_generator.manifest.reading import ManifestUnreadable, read_document, read_manifest

LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
HOSTILE = {
    "nothing": "",
    "no XML": "hello",
    "cut off": "<manifest><control>",
    "two roots": "<manifest/><manifest/>",
    "a NUL": "<manifest>\0</manifest>",
    "a NUL by number": "<manifest>&#0;</manifest>",
    "a control character": "<manifest>\x1b</manifest>",
    "half a surrogate pair": "<manifest>\ud800</manifest>",
    "an unknown entity": "<manifest>&nbsp;</manifest>",
    "an attribute twice": '<manifest a="1" a="2"/>',
    "a document type": "<!DOCTYPE manifest><manifest/>",
    "an external entity": '<!DOCTYPE m [<!ENTITY x SYSTEM "file:///etc/passwd">]><m>&x;</m>',
    "an external subset": '<!DOCTYPE m SYSTEM "http://a.example/m.dtd"><m/>',
    "a parameter entity": '<!DOCTYPE m [<!ENTITY % x SYSTEM "http://a.example/"> %x;]><m/>',
    "a billion laughs": f'<!DOCTYPE m [<!ENTITY l0 "lol">{LAUGHS}]><m>&l9;</m>',
    "depth": "<a>" * (reading.MAX_DEPTH + 1) + "</a>" * (reading.MAX_DEPTH + 1),
    "great depth": "<a>" * 100_000,
    "elements": f"<a>{'<b/>' * reading.MAX_ELEMENTS}</a>",
    "size": f"<a>{' ' * reading.MAX_CHARACTERS}</a>",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_refuses(text):
    with pytest.raises(ManifestUnreadable):
        read_manifest(text)


def test_depth_up_to_the_limit_is_read():
    deep = read_manifest("<a>" * reading.MAX_DEPTH + "</a>" * reading.MAX_DEPTH)
    assert len(list(deep.walk())) == reading.MAX_DEPTH


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("'\"'", '"'),
        ('"a  b"', "a  b"),
        ('"a\n\tb"', "a\n\tb"),
        ('"a\r\nb"', "a\r\nb"),
        ('"&lt;&amp;&quot;&apos;&gt;"', "<&\"'>"),
        ('"&#10;&#x1F600;ß"', "\n\U0001f600ß"),
        ('"x > y"', "x > y"),
        ('"&amp;lt;"', "&lt;"),
    ],
)
def test_attributes_are_as_written(written, value):
    """A line break stays one, where XML has it become a space: the packed manifest shows it."""
    assert read_manifest(f"<é  b = {written}\n c='2' />").attributes == {"b": value, "c": "2"}


def test_text_is_in_one_piece():
    element = read_manifest("<a>one<!-- no -->&amp;<![CDATA[<two>]]><b/>three</a>")
    assert (element.text, element.has_text) == ("one&<two>three", True)


@pytest.mark.parametrize(
    ("text", "has_text"),
    [("", False), (" \n\u00a0\ufeff", False), ("\x85", True), ("<![CDATA[]]>", False), ("<![CDATA[ ]]>", True)],
)
def test_white_space_is_no_text(text, has_text):
    assert read_manifest(f"<a>{text}</a>").has_text == has_text


@pytest.mark.parametrize(
    ("line", "encoding"),
    [("", None), ('<?xml version="1.0"?>', None), ('<?xml version="1.0" encoding="utf-116"?>', "utf-116")],
)
def test_the_first_line_is_told_and_not_believed(line, encoding):
    document = read_document(f"{line}<ä/>")
    assert (document.encoding, document.root.name) == (encoding, "ä")


def test_a_byte_order_mark_is_passed_over():
    assert read_manifest('\ufeff<?xml version="1.0"?><a b="c"/>').attributes == {"b": "c"}
