"""The solution's project builds the control's project beside it, and lists no component itself."""

import uuid
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pcf_generator.domain.solution import solution_faults
from pcf_generator.packing.solution.schema import schema_faults
from pcf_generator.packing.solution.source_form import source_form

MSBUILD = "{http://schemas.microsoft.com/developer/msbuild/2003}"
OTHER = "Solution/src/Other"


@pytest.fixture(scope="module")
def files(solution):
    return {file.path: file.text for file in source_form(solution, "StarRating")}


@pytest.fixture(scope="module")
def project(files):
    return ET.fromstring(files["Solution/AcmeControls.cdsproj"])


def test_is_laid_out_as_pac_does(files):
    assert list(files) == [
        "Solution/.gitignore",
        "Solution/AcmeControls.cdsproj",
        f"{OTHER}/Customizations.xml",
        f"{OTHER}/Relationships.xml",
        f"{OTHER}/Solution.xml",
    ]


def test_holds_no_manifest_that_microsofts_build_would_take_for_a_control(files):
    assert not any("ControlManifest" in path or "ControlManifest" in text for path, text in files.items())


def test_lists_no_component_and_can_become_both_packages(files):
    root = ET.fromstring(files[f"{OTHER}/Solution.xml"])

    assert ("2", []) == (root.findtext("SolutionManifest/Managed"), list(root.find("SolutionManifest/RootComponents")))
    assert [] == list(ET.fromstring(files[f"{OTHER}/Customizations.xml"]).find("CustomControls"))
    assert ("EntityRelationships", 0) == (
        (relationships := ET.fromstring(files[f"{OTHER}/Relationships.xml"])).tag,
        len(relationships),
    )


def test_its_documents_fit_the_schemas(files):
    assert [] == list(schema_faults(files[f"{OTHER}/Solution.xml"].encode(), "solution"))
    assert [] == list(schema_faults(files[f"{OTHER}/Customizations.xml"].encode(), "customizations"))


def test_says_the_publisher_and_version_that_were_asked(files, solution):
    manifest = ET.fromstring(files[f"{OTHER}/Solution.xml"]).find("SolutionManifest")

    assert solution.version == manifest.findtext("Version")
    assert solution.publisher.prefix == manifest.findtext("Publisher/CustomizationPrefix")
    assert str(solution.publisher.option_value_prefix) == manifest.findtext("Publisher/CustomizationOptionValuePrefix")


def test_refers_to_the_controls_project(project):
    references = [found.get("Include") for found in project.iter(f"{MSBUILD}ProjectReference")]

    assert [r"..\StarRating.pcfproj"] == references


def test_the_same_solution_has_the_same_guid_and_another_has_another(solution):
    def guid(changed):
        text = next(file.text for file in source_form(changed, "StarRating") if file.path.endswith(".cdsproj"))
        return str(uuid.UUID(ET.fromstring(text).findtext(f".//{MSBUILD}ProjectGuid")))

    others = [
        replace(solution, unique_name="AcmeOthers"),
        replace(solution, publisher=replace(solution.publisher, unique_name="Bcme")),
    ]
    assert guid(solution) == guid(replace(solution, version="9.0.0.0", display_name="x"))
    assert 3 == len({guid(solution), *map(guid, others)})


@pytest.mark.parametrize("name", ["Solution", "solution"])
def test_a_control_whose_folder_is_this_one_is_refused(solution, name):
    with pytest.raises(ValueError, match="where its solution lies"):
        source_form(solution, name)


@settings(max_examples=60, derandomize=True, deadline=None)
@given(
    st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp"), exclude_characters="\ufffe\uffff"), min_size=1)
)
def test_a_display_name_is_a_text(solution, name):
    named = replace(solution, display_name=name)
    texts = {file.path: file.text for file in source_form(named, "StarRating")}
    root = ET.fromstring(texts[f"{OTHER}/Solution.xml"])

    assert name == root.find("SolutionManifest/LocalizedNames/LocalizedName").get("description")
    if not list(solution_faults(named)):
        assert [] == list(schema_faults(texts[f"{OTHER}/Solution.xml"].encode(), "solution"))
