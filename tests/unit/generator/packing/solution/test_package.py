"""The ZIP has the files, elements and order of published ones, and the same bytes every time."""

import difflib
import hashlib
import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pcf_generator.domain.solution import solution_faults
from pcf_generator.packing.solution.package import pack_solution
from pcf_generator.packing.solution.verification import packed_faults
from pcf_generator.writers.fragment import WriterError

FOLDER = "Controls/acme_Acme.Controls.StarRating"
XSI_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
# The names, one after the other, of the elements in published files.
MANIFEST = "UniqueName LocalizedNames Descriptions Version Managed Publisher RootComponents MissingDependencies"
PUBLISHER = """UniqueName LocalizedNames Descriptions EMailAddress SupportingWebsiteUrl CustomizationPrefix
    CustomizationOptionValuePrefix Addresses"""
UNSET = """City County Country Fax FreightTermsCode ImportSequenceNumber Latitude Line1 Line2 Line3 Longitude Name
    PostalCode PostOfficeBox PrimaryContactName"""
UNSET_TOO = """StateOrProvince Telephone1 Telephone2 Telephone3 TimeZoneRuleVersionNumber UPSZone UTCOffset
    UTCConversionTimeZoneCode"""
ADDRESS = f"AddressNumber AddressTypeCode {UNSET} ShippingMethodCode {UNSET_TOO}"
CUSTOMIZATIONS = """Entities Roles Workflows FieldSecurityProfiles Templates EntityMaps EntityRelationships
    OrganizationSettings optionsets CustomControls SolutionPluginAssemblies EntityDataProviders Languages"""


def files(content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def tags(element):
    return [child.tag for child in element]


def shape(text):
    """The document's tokens, but for the texts and values."""
    return [
        (event, element.tag, sorted(element.attrib))
        for event, element in ET.iterparse(io.StringIO(text), ["start", "end"])
    ]


@pytest.fixture(scope="module")
def documents(packed):
    return {name: ET.fromstring(text) for name, text in files(packed).items() if name.endswith(".xml")}


def test_known_bytes(packed):
    """Whoever changes them changes every solution's hash; a new generator version then."""
    assert hashlib.sha256(packed).hexdigest() == "f213abf466b3c6bc44109eeda0d191875ee229b57392c42bbe57d1a358ad5e76"


def test_entries_are_those_of_microsofts_packager_in_its_order(packed):
    assert list(files(packed)) == [
        "customizations.xml",
        "solution.xml",
        f"{FOLDER}/ControlManifest.xml",
        f"{FOLDER}/bundle.js",
        f"{FOLDER}/css/StarRating.css",
        f"{FOLDER}/strings/StarRating.1033.resx",
        "[Content_Types].xml",
    ]


def test_the_controls_files_are_packed_as_they_are(packed, control):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert dict(control.files) == {path: archive.read(f"{FOLDER}/{path}") for path in control.files}


def test_solution_xml_has_the_elements_of_published_ones(documents):
    root = documents["solution.xml"]
    manifest = root.find("SolutionManifest")
    publisher = manifest.find("Publisher")

    assert ["version", "SolutionPackageVersion", "languagecode", "generatedBy"] == list(root.attrib)
    assert MANIFEST.split() == tags(manifest)
    assert PUBLISHER.split() == tags(publisher)
    assert [ADDRESS.split()] * 2 == [tags(address) for address in publisher.find("Addresses")]
    assert {"type": "66", "schemaName": FOLDER.split("/")[1], "behavior": "0"} == manifest.find(
        "RootComponents/*"
    ).attrib


def test_what_is_not_set_is_nil(documents):
    unset = [found.tag for found in documents["solution.xml"].iter() if found.get(XSI_NIL) == "true"]

    assert ["EMailAddress", "SupportingWebsiteUrl", *(f"{UNSET} {UNSET_TOO}".split() * 2)] == unset


def test_customizations_xml_has_the_order_of_the_published_schema(documents):
    root = documents["customizations.xml"]

    assert CUSTOMIZATIONS.split() == tags(root)
    assert [("Name", FOLDER.split("/")[1]), ("FileName", f"/{FOLDER}/ControlManifest.xml")] == [
        (child.tag, child.text) for child in root.find("CustomControls/CustomControl")
    ]


def test_every_kind_of_file_has_a_content_type(documents):
    types = [(*child.attrib.values(),) for child in documents["[Content_Types].xml"]]

    assert types == [
        ("css", "application/octet-stream"),
        ("js", "application/octet-stream"),
        ("resx", "application/octet-stream"),
        ("xml", "text/xml"),
        (f"/{FOLDER}/ControlManifest.xml", "application/octet-stream"),
    ]


def test_managed_and_unmanaged_differ_in_one_element(solution, control, packed):
    managed = files(pack_solution(solution, control, managed=True))
    unmanaged = files(packed)
    changed = difflib.ndiff(unmanaged.pop("solution.xml").splitlines(), managed.pop("solution.xml").splitlines())

    assert managed == unmanaged
    assert ["-     <Managed>0</Managed>", "+     <Managed>1</Managed>"] == [line for line in changed if line[0] in "+-"]


def test_the_order_of_the_controls_files_does_not_matter(solution, control, packed):
    turned = replace(control, files=dict(reversed(control.files.items())))

    assert packed == pack_solution(solution, turned, managed=False)


@pytest.mark.skipif(shutil.which("unzip") is None, reason="no unzip here")
def test_an_independent_reader_finds_no_error(packed, tmp_path):
    (tmp_path / "solution.zip").write_bytes(packed)
    tested = subprocess.run(["unzip", "-t", "solution.zip"], cwd=tmp_path, capture_output=True, check=False, text=True)

    assert 0 == tested.returncode, tested.stdout
    assert 7 == tested.stdout.count(" OK\n")


HOSTILE = st.text(max_size=60) | st.text("<>&'\"]![CDATA-/?;#x0amplt \n\r\t\ufffe\ufeff\x00\ud800", max_size=40)


@settings(max_examples=120, derandomize=True, deadline=None)
@given(HOSTILE, HOSTILE)
@example("]]>", "<!--")
@example('" onload="x', "&#0;")
@example("</LocalizedNames><Managed>1</Managed>", "a\r\nb")
@example("<!DOCTYPE a [<!ENTITY b 'c'>]>&b;", "<?xml?>")
def test_a_display_name_is_a_text_or_refused(solution, control, packed, name, publisher_name):
    hostile = replace(solution, display_name=name, publisher=replace(solution.publisher, display_name=publisher_name))
    try:
        content = pack_solution(hostile, control, managed=False)
    except WriterError:
        assert list(solution_faults(hostile))
        return
    found = files(content)
    manifest = ET.fromstring(found["solution.xml"]).find("SolutionManifest")

    assert name == manifest.find("LocalizedNames/LocalizedName").get("description")
    assert publisher_name == manifest.find("Publisher/LocalizedNames/LocalizedName").get("description")
    assert publisher_name == manifest.find("Publisher/Descriptions/Description").get("description")
    expected = files(packed)
    assert shape(expected.pop("solution.xml")) == shape(found.pop("solution.xml"))
    assert expected == found
    assert bool(list(solution_faults(hostile))) == bool(packed_faults(content, hostile, managed=False))


NAMES = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,20}", fullmatch=True)
UNIQUE = st.from_regex(r"[A-Za-z][A-Za-z0-9_]{5,64}", fullmatch=True)
PREFIXES = st.from_regex(r"(?!mscrm)[a-z][a-z0-9]{1,7}", fullmatch=True)


@settings(max_examples=80, derandomize=True, deadline=None)
@given(UNIQUE, PREFIXES, NAMES, NAMES, st.booleans())
def test_whatever_the_names_what_is_packed_passes(
    solution, control, unique_name, prefix, namespace, constructor, managed
):
    publisher = replace(solution.publisher, unique_name=unique_name, prefix=prefix)
    named = replace(solution, unique_name=unique_name, publisher=publisher)
    manifest = control.files["ControlManifest.xml"].replace(b'"Acme.Controls"', f'"{namespace}"'.encode())
    manifest = manifest.replace(b'constructor="StarRating"', f'constructor="{constructor}"'.encode())
    renamed = replace(
        control, namespace=namespace, constructor=constructor, files={**control.files, "ControlManifest.xml": manifest}
    )

    assert () == packed_faults(pack_solution(named, renamed, managed=managed), named, managed=managed)
