"""Whatever would keep a solution from importing, or make it another than was asked, is found and said."""

import io
import zipfile
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pcf_generator.packing.archive import pack_entries
from pcf_generator.packing.solution.entries import read_entries
from pcf_generator.packing.solution.package import pack_solution
from pcf_generator.packing.solution.verification import packed_faults

NAME = "acme_Acme.Controls.StarRating"
FOLDER = f"Controls/{NAME}"
MANIFEST, BUNDLE = f"{FOLDER}/ControlManifest.xml", f"{FOLDER}/bundle.js"
CONTROL = b'<manifest><control namespace="Acme.Controls" constructor="StarRating" /></manifest>'
SOLUTION, CUSTOMIZATIONS, TYPES = "solution.xml", "customizations.xml", "[Content_Types].xml"


@pytest.fixture(scope="module")
def entries(packed):
    return dict(read_entries(packed))


@pytest.fixture(scope="module")
def found(solution):
    """What the check says."""
    return lambda content: packed_faults(content, solution, managed=False)


def test_what_was_packed_passes(found, packed):
    assert () == found(packed)


EDITS = [
    # The prefix, in each of its places.
    (SOLUTION, "<CustomizationPrefix>acme", "<CustomizationPrefix>acmf", "CustomizationPrefix is not acme"),
    (SOLUTION, f'schemaName="{NAME}"', f'schemaName="b{NAME}"', "by RootComponent"),
    (CUSTOMIZATIONS, f"<Name>{NAME}", f"<Name>b{NAME}", "by Name in customizations.xml"),
    (CUSTOMIZATIONS, f"<FileName>/{FOLDER}", f"<FileName>/Controls/b{NAME}", "by FileName"),
    (TYPES, f'PartName="/{FOLDER}', f'PartName="/Controls/b{NAME}', "by Override"),
    # Names and their case.
    (SOLUTION, "Controls.StarRating", "Controls.starRating", "by RootComponent"),
    (CUSTOMIZATIONS, f"<Name>{NAME}", f"<Name>{NAME.lower()}", "by Name in customizations.xml"),
    (CUSTOMIZATIONS, "/ControlManifest.xml", "/controlManifest.xml", "FileName"),
    (MANIFEST, 'namespace="Acme.Controls"', 'namespace="Acme.Control"', "by its folder"),
    (MANIFEST, 'constructor="StarRating"', 'constructor="Starrating"', "by its folder"),
    (MANIFEST, "<control ", "<controls ", "is not XML"),
    (MANIFEST, 'namespace="Acme.Controls"', f'namespace="{"A" * 200}"', "longer than 200"),
    # What was asked.
    (SOLUTION, "<Managed>0", "<Managed>1", "Managed is not 0"),
    (SOLUTION, "<Managed>0", "<Managed>2", "Managed is not 0"),
    (SOLUTION, "<Version>1.2.3.0", "<Version>1.2.3.1", "Version is not 1.2.3.0"),
    (SOLUTION, "<UniqueName>AcmeControls", "<UniqueName>Acme", "SolutionManifest/UniqueName is not AcmeControls"),
    (SOLUTION, "<UniqueName>Acme<", "<UniqueName>Bcme<", "Publisher/UniqueName is not Acme"),
    (SOLUTION, '"Acme controls"', '"Acme  controls"', "SolutionManifest/LocalizedNames/LocalizedName"),
    (SOLUTION, '<Description description="Acme Ltd"', '<Description description="Acme"', "Publisher/Descriptions"),
    (SOLUTION, "OptionValuePrefix>15208", "OptionValuePrefix>15209", "OptionValuePrefix is not 15208"),
    # The schemas.
    (SOLUTION, "<Managed>0</Managed>", "", "solution.xml: line"),
    (SOLUTION, "<Managed>0", "<Managed>3", "solution.xml: line"),
    (SOLUTION, "<Managed>0", "<Managed> 0", "solution.xml: line"),
    (SOLUTION, 'type="66"', 'type="61"', "solution.xml: line"),
    (SOLUTION, "OptionValuePrefix>15208", "OptionValuePrefix>9999", "solution.xml: line"),
    (SOLUTION, '<City xsi:nil="true"></City>', "", "solution.xml: line"),
    (SOLUTION, "<MissingDependencies />", "<MissingDependencies>x</MissingDependencies>", "solution.xml: line"),
    (SOLUTION, "<RootComponents>", "<RootComponents><RootComponent />", "solution.xml: line"),
    (CUSTOMIZATIONS, "<Roles />", "", "customizations.xml: line"),
    (CUSTOMIZATIONS, "<optionsets />\n", "<CustomControls /><optionsets />", "customizations.xml: line"),
    (CUSTOMIZATIONS, "<CustomControl>", '<CustomControl Name="x">', "customizations.xml: line"),
    (CUSTOMIZATIONS, "<Language>1033", "<Language>en", "customizations.xml: line"),
    (TYPES, "2006/content-types", "2007/content-types", "[Content_Types].xml: line"),
    (TYPES, '"resx"', '"css"', "[Content_Types].xml: line"),
    (TYPES, "Extension=", "extension=", "[Content_Types].xml: line"),
    # The content types of what is there.
    (TYPES, '<Default Extension="css" ContentType="application/octet-stream" />', "", "no type for files named .css"),
    (TYPES, "<Override", '<Default Extension="png" ContentType="image/png" /><Override', "a type for .png"),
    # The manifest's paths.
    (MANIFEST, '<css path="css/StarRating.css" order="1"/>', "", "css/StarRating.css is in the control's folder"),
    (MANIFEST, "css/StarRating.css", "css/starRating.css", "names css/starRating.css, which is not"),
    (MANIFEST, '"bundle.js"', '"index.ts"', "code is not bundle.js"),
    (MANIFEST, "<resources>", '<resources><img path="img/a.png"/>', "names img/a.png, which is not"),
    (MANIFEST, 'version="1.0.0" ', 'version="1.0.0" preview-image="img/b.png" ', "names img/b.png, which is not"),
    # XML itself.
    (SOLUTION, "</ImportExportXml>", "", "solution.xml: it is not XML"),
    (SOLUTION, "Acme controls", "Acme \x01", "solution.xml: it is not XML"),
    (SOLUTION, "Acme controls", "Acme &c;", "solution.xml: it is not XML"),
    (MANIFEST, "<manifest>", "<!DOCTYPE manifest [<!ENTITY a 'b'>]><manifest>", "it has a DTD"),
    (CUSTOMIZATIONS, 'encoding="utf-8"', 'encoding="iso-8859-1"', "does not say that it is UTF-8"),
]


@pytest.mark.parametrize(("entry", "old", "new", "said"), EDITS)
def test_a_changed_document_is_found(found, tampered, entries, entry, old, new, said):
    text = entries[entry].decode()
    assert old in text

    said_of_it = found(tampered({entry: text.replace(old, new, 1).encode()}))

    assert any(said in fault for fault in said_of_it), said_of_it


CHANGES = [
    ({BUNDLE: None}, "names bundle.js, which is not"),
    ({f"{FOLDER}/css/StarRating.css": None}, "names css/StarRating.css, which is not"),
    ({MANIFEST: None}, "0 controls instead of one"),
    ({MANIFEST: b"<manifest />"}, "ControlManifest.xml has no control"),
    ({MANIFEST: CONTROL.replace(b"manifest>", b"manifests>")}, "ControlManifest.xml has no control"),
    ({SOLUTION: None}, "solution.xml is not there"),
    ({CUSTOMIZATIONS: None}, "customizations.xml is not there"),
    ({TYPES: None}, "[Content_Types].xml is not there"),
    ({f"{FOLDER}/extra.js": b""}, "extra.js is in the control's folder"),
    ({"extra.js": b""}, "'extra.js' belongs to no control"),
    ({"Controls/b_A.B/ControlManifest.xml": b"<a/>"}, "2 controls instead of one"),
    ({f"{FOLDER.lower()}/bundle.js": b""}, "in the ZIP 2 times"),
    ({SOLUTION: None, "Solution.xml": b"<a/>"}, "solution.xml is not there"),
    ({BUNDLE: b"x" * (5 * 1024 * 1024 + 1)}, "is larger than 5242880 bytes"),
    ({BUNDLE: b"x" * (6 * 1024 * 1024)}, "is larger than 5242880 bytes"),
    ({BUNDLE: None, BUNDLE.replace("/", "\\"): b""}, "is no name for a file"),
    ({f"{FOLDER}/../a.js": b""}, "is no name for a file"),
    ({f"/{FOLDER}/a.js": b""}, "is no name for a file"),
    ({f"{FOLDER}/größe.js": b""}, "is no name for a file"),
    ({f"{FOLDER}/": b""}, "is no name for a file"),
    ({f"{FOLDER}/LICENSE": b""}, "no type for files named ."),
    ({SOLUTION: b""}, "solution.xml: it is not XML"),
    ({SOLUTION: "\ufeff<a>ü</a>".encode("utf-16")}, "solution.xml: it"),
]


@pytest.mark.parametrize(
    ("changes", "said"), CHANGES, ids=[f"{place} {said}" for place, (_, said) in enumerate(CHANGES)]
)
def test_a_changed_entry_is_found(found, tampered, changes, said):
    said_of_it = found(tampered(changes))

    assert any(said in fault for fault in said_of_it), said_of_it


def test_a_file_of_exactly_the_limit_passes(found, tampered):
    assert () == found(tampered({BUNDLE: b"x" * (5 * 1024 * 1024)}))


@pytest.mark.parametrize(
    "folder", [f"Controls/b{NAME}", f"Controls/{NAME.lower()}", "Controls/new_Acme.Controls.StarRating"]
)
def test_a_renamed_folder_is_found(found, entries, folder):
    content = pack_entries((name.replace(FOLDER, folder), data) for name, data in entries.items())

    assert (f"the control is {NAME}, not so by its folder",) == found(content)


@pytest.mark.parametrize("folder", [f"controls/{NAME}", f"Control/{NAME}", NAME])
def test_a_control_elsewhere_is_found(found, entries, folder):
    content = pack_entries((name.replace(FOLDER, folder), data) for name, data in entries.items())

    assert "the solution has 0 controls instead of one" in found(content)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", [SOLUTION, BUNDLE])
def test_an_entry_that_is_there_twice_is_found(found, entries, name):
    content = pack_entries([*entries.items(), (name, entries[name])])

    assert any("2 times" in fault for fault in found(content))


def test_managed_is_found_where_unmanaged_was_asked_and_the_other_way(solution, control):
    for managed in (False, True):
        content = pack_solution(solution, control, managed=managed)

        assert () == packed_faults(content, solution, managed=managed)
        assert 1 == len(packed_faults(content, solution, managed=not managed))


def test_a_solution_that_dataverse_would_refuse_does_not_pass(solution, control):
    refused = replace(solution, publisher=replace(solution.publisher, prefix="mscrm"))
    content = pack_solution(refused, control, managed=False)

    assert any("mscrm" in fault for fault in packed_faults(content, refused, managed=False))


def test_a_zip_that_another_packed_is_not_ours(found, entries):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)

    assert ("the ZIP is not as it was packed",) == found(buffer.getvalue())


@pytest.mark.parametrize("extra", [(b"", b"x"), (b"x", b"")])
def test_bytes_around_the_zip_are_found(found, packed, extra):
    assert found(extra[0] + packed + extra[1])


@pytest.mark.parametrize("content", [b"", b"PK", b"not a ZIP", b"PK\x05\x06" + b"\x00" * 18])
def test_what_is_no_solution_is_said(found, content):
    assert found(content)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.data())
def test_a_cut_zip_is_found(found, packed, data):
    assert found(packed[: data.draw(st.integers(0, len(packed) - 1))])


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.data())
def test_any_changed_byte_is_found(found, packed, data):
    place = data.draw(st.integers(0, len(packed) - 1))
    changed = bytearray(packed)
    changed[place] ^= data.draw(st.integers(1, 255))

    assert found(bytes(changed))
