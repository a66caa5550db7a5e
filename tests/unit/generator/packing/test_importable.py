"""A checked project and its bundle become a solution that holds exactly what the manifest names."""

import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
from pcf_generator.domain.source import SourceFile, SourceTree
from pcf_generator.packing.importable import pack_importable
from pcf_generator.ports.packing import SolutionFault

BUNDLE = "var a;\n"
MANIFEST = """<?xml version="1.0" encoding="utf-8" ?>
<manifest>
  <control namespace="PcfBuilder" constructor="Dial" version="1.0.0" display-name-key="Control_Name">
    <property name="value" display-name-key="value_Name" of-type="Whole.None" usage="bound" required="false" />
    <resources>
      <code path="index.ts" order="1" />
      <css path="css/Dial.css" order="1" />
      <resx path="strings/Dial.1033.resx" version="1.0.0" />
    </resources>
  </control>
</manifest>
"""
FILES = {
    "Dial/ControlManifest.Input.xml": MANIFEST,
    "Dial/index.ts": "export class Dial {}\n",
    "Dial/css/Dial.css": ".a { color: red; }\n",
    "Dial/strings/Dial.1033.resx": "<root/>\n",
    "README.md": "# Dial\n",
}
TREE = SourceTree(tuple(SourceFile(path, text) for path, text in FILES.items()))


def entries(content):
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def test_holds_what_the_manifest_names(make_spec):
    packed = pack_importable(make_spec(), TREE, BUNDLE, managed=False)
    held = entries(packed.content)
    folder = "Controls/pcfb_PcfBuilder.Dial"

    assert {
        "[Content_Types].xml",
        "solution.xml",
        "customizations.xml",
        f"{folder}/ControlManifest.xml",
        f"{folder}/bundle.js",
        f"{folder}/css/Dial.css",
        f"{folder}/strings/Dial.1033.resx",
    } == held.keys()
    assert sorted(held) == [file.path for file in packed.files]
    assert BUNDLE == held[f"{folder}/bundle.js"]
    assert FILES["Dial/css/Dial.css"] == held[f"{folder}/css/Dial.css"]
    assert '<code path="bundle.js" order="1"/>' in held[f"{folder}/ControlManifest.xml"]


def test_managed_is_one_figure_and_nothing_else(make_spec):
    unmanaged, managed = (
        entries(pack_importable(make_spec(), TREE, BUNDLE, managed=each).content) for each in (False, True)
    )

    assert unmanaged.pop("solution.xml").replace("<Managed>0<", "<Managed>1<") == managed.pop("solution.xml")
    assert unmanaged == managed


def test_the_same_gives_the_same_bytes(make_spec):
    one, other = (pack_importable(make_spec(), TREE, BUNDLE, managed=False) for _ in range(2))

    assert one == other


@pytest.mark.parametrize("bundle", ["x" * (5 * 1024 * 1024 + 1)])
def test_what_would_not_import_is_refused(make_spec, bundle):
    with pytest.raises(SolutionFault, match=r"bundle\.js"):
        pack_importable(make_spec(), TREE, bundle, managed=False)


def test_a_name_that_xml_cannot_hold(make_spec):
    spec = make_spec()
    spec = replace(spec, solution=replace(spec.solution, display_name="a\x01"))
    with pytest.raises(SolutionFault):
        pack_importable(spec, TREE, BUNDLE, managed=False)
