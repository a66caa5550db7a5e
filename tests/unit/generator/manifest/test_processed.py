"""The packed form of a manifest; tests/controls compares it with Microsoft's, byte for byte."""

import pytest
from pcf_generator.manifest.processed import processed_manifest


def packed(resources="", *, attributes="", elements=""):
    """The lines of the packed form of a small manifest."""
    text = (
        f'<manifest><control constructor="C"{attributes}>{elements}'
        f'<resources><code path="index.ts" order="1"/>{resources}</resources></control></manifest>'
    )
    return processed_manifest(text, api_version="1.2.3").split("\n")


def paths(*resources, **rest):
    """The packed paths of the resources, but for the code's."""
    return [line.split('path="')[1].split('"')[0] for line in packed("".join(resources), **rest) if "<css" in line]


def css(path, more=""):
    return f'<css path="{path}"{more}/>'


def test_the_whole():
    assert packed(
        css("css/C.css"), elements='<!-- a --><domain>a</domain><b/><domain c="&lt;&#10;>">d &gt;</domain>'
    ) == [
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
        "<manifest>",
        '  <control constructor="C" api-version="1.2.3">',
        "    <domain>a</domain>",
        '    <domain c="&lt;&#xA;>">d &gt;</domain>',
        "    <b/>",
        "    <resources>",
        '      <code path="bundle.js" order="1"/>',
        '      <css path="css/C.css"/>',
        "    </resources>",
        "    <feature-usage/>",
        "  </control>",
        "</manifest>",
    ]


def test_a_version_of_the_typings_is_replaced_where_it_stands():
    assert packed(attributes=' api-version="1.0.0" hidden="true"')[2] == (
        '  <control constructor="C" api-version="1.2.3" hidden="true">'
    )


def test_features_stay_where_they_are():
    lines = packed(elements='<feature-usage><uses-feature name="WebAPI" required="true"/></feature-usage>')
    assert lines[3:6] == [
        "    <feature-usage>",
        '      <uses-feature name="WebAPI" required="true"/>',
        "    </feature-usage>",
    ]


OBJECT = '<property name="a" of-type="Object" usage="output"/>'
ENTRY = '      <subscribed-functionality name="sharedTemplate" value="false"/>'


def test_an_object_shares_no_template():
    assert packed(elements=OBJECT)[-5:-2] == [
        "    <subscribed-functionalities>",
        ENTRY,
        "    </subscribed-functionalities>",
    ]


@pytest.mark.parametrize(("name", "added"), [("other", True), ("sharedTemplate", False)])
def test_what_is_subscribed_already_stays(name, added):
    entry = f'<subscribed-functionality name="{name}" value="true"/>'
    lines = packed(elements=f"{OBJECT}<subscribed-functionalities>{entry}</subscribed-functionalities>")
    assert f"      {entry}" in lines
    assert (ENTRY in lines) is added


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("css/a.css", "css/a.css"),
        ("./css//x/../a.css", "css/a.css"),
        ("../theme/a.css", "a.css"),
        ("../C/css/a.css", "css/a.css"),
        ("../../a.css", "a.css"),
        ("/css/a.css", "css/a.css"),
        (r"css\a.css", "css/a.css"),
        ("bundle.js", "bundle1.js"),
    ],
)
def test_paths_are_those_in_the_package(path, expected):
    assert paths(css(path)) == [expected]


def test_files_that_meet_get_numbers():
    assert paths(css("../a/x.css"), css("../b/x.css"), css("../c/x.css")) == ["x.css", "x1.css", "x2.css"]


def test_an_output_folder_moves_a_file_and_is_not_told():
    assert paths(css("a/x.css", ' outputDirectory="b/"')) == ["b/x.css"]


def test_the_preview_is_a_file_as_well():
    lines = packed(css("img/a.png"), attributes=' preview-image="img/a.png"')
    assert 'preview-image="img/a.png"' in lines[2]
    assert '      <css path="img/a1.png"/>' in lines


def test_libraries_have_no_path():
    assert '      <platform-library name="React" version="16.14.0"/>' in packed(
        '<platform-library name="React" version="16.14.0"/>'
    )
