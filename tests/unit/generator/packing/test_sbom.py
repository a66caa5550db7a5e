"""The bill of materials names what was made, from what, and with what."""

import json
from importlib import resources

import jsonschema_rs
import pytest
from pcf_generator.domain.build import Artifact
from pcf_generator.domain.judgement import Approved, CompilerVersions, FileEntry, Package
from pcf_generator.packing.sbom import bill_of_materials

SOURCE = Artifact("source", "Dial-source.zip", "application/zip", "5e" * 32, 9)
VERSIONS = CompilerVersions("7.0.2", "0.28.2", "1.3.18")


@pytest.fixture(scope="module")
def schema():
    """CycloneDX's own, as its Python library brings it."""
    folder = resources.files("cyclonedx.schema") / "_res"
    parts = ("spdx.SNAPSHOT.schema.json", "jsf-0.82.SNAPSHOT.schema.json")
    registry = jsonschema_rs.Registry(
        [(f"http://cyclonedx.org/schema/{name}", json.loads((folder / name).read_text("utf-8"))) for name in parts]
    )
    whole = json.loads((folder / "bom-1.6.SNAPSHOT.schema.json").read_text("utf-8"))
    return jsonschema_rs.validator_for(whole, registry=registry)


@pytest.fixture
def bill(make_spec):
    def make(compilers=VERSIONS, **changes):
        files = (FileEntry("Dial/index.ts", "aa" * 32, 3),)
        solution = (FileEntry("solution.xml", "bb" * 32, 4),) if compilers else ()
        package = Package((SOURCE,), files, solution, compilers, (), ())
        return bill_of_materials(Approved(make_spec(**changes), "releases/one"), package)

    return make


@pytest.mark.parametrize("compilers", [VERSIONS, None])
def test_fits_the_standard_s_schema(bill, schema, compilers):
    assert [] == [error.message for error in schema.iter_errors(bill(compilers))]


def test_the_schema_refuses_what_is_none(bill, schema):
    assert list(schema.iter_errors(bill() | {"specVersion": 6}))


def test_the_control(bill):
    component = bill(control_version="2.1.0")["metadata"]["component"]

    assert ("PcfBuilder.Dial", "2.1.0", "PCF Builder") == (
        component["name"],
        component["version"],
        component["publisher"],
    )


def test_every_file_with_its_hash(bill):
    assert {"source/Dial/index.ts": "aa" * 32, "solution/solution.xml": "bb" * 32} == {
        component["name"]: component["hashes"][0]["content"] for component in bill()["components"]
    }


@pytest.mark.parametrize(
    ("compilers", "purls"),
    [
        (None, []),
        (
            VERSIONS,
            [
                "pkg:npm/typescript@7.0.2",
                "pkg:npm/esbuild@0.28.2",
                "pkg:npm/%40types/powerapps-component-framework@1.3.18",
            ],
        ),
    ],
)
def test_the_tools(bill, compilers, purls):
    tools = bill(compilers)["metadata"]["tools"]["components"]

    assert ["pcf-generator", "ai-brain"] == [tool["name"] for tool in tools[:2]]
    assert purls == [tool["purl"] for tool in tools[2:]]


def test_the_same_has_the_same_number_and_another_another(bill):
    assert json.dumps(bill()) == json.dumps(bill())
    assert bill()["serialNumber"] != bill(control_version="2.1.0")["serialNumber"]
