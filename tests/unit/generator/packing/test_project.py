"""A specification becomes a PCF project; what a maker wrote stays text in every file."""

import asyncio
import json
import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pcf_generator.domain.source import Strings, Template
from pcf_generator.domain.spec import Resources
from pcf_generator.packing.project import render_project
from pcf_generator.ports.rendering import Materials, MissingTemplate, TemplateFault

TEXTS = {
    1031: ("de", "Drehknopf", "Dreht eine Zahl."),
    1033: ("en", "Dial", "Turns a number."),
}
HOSTILE = '</value>"; alert(1); //<b>*`|]]>\n</script> ${x} {{ y }} {% z %} & größe ⭐'


def strings(lcid):
    language, name, description = TEXTS[lcid]
    entries = [("Control_Name", name), ("Control_Description", description)]
    entries += [(f"{prop}_{key}", f"{prop} {key}") for prop in ("value", "off") for key in ("Name", "Description")]
    return Strings(
        lcid, language, (*entries, ("off_yes", "Yes"), ("Text_label", "{0} of {1}"), ("Text_off_Name", "Off"))
    )


@pytest.fixture(scope="session")
def materials(knowledge):
    """The project's templates of the repository, and a control of two lines."""
    control = (
        Template(
            "capabilities/dial/index.ts.j2",
            "",
            "export class {{ control.name | identifier }} {}\nconst a = {{ control.displayName }};\n"
            "{% if has.off %}off{% endif %}\n{% if has.value %}\nvalue\n{% endif %}\n",
        ),
        Template("capabilities/dial/styles.css.j2", "", "{{ control.scope }} { color: red; }\n"),
    )
    return Materials(asyncio.run(knowledge.project_templates()), control, [strings(1031), strings(1033)])


@pytest.fixture(scope="session")
def rendered(make_spec, materials):
    """The files of the dial, by path."""

    def render(**changes):
        name = changes.get("component_name", "Dial")
        resx = tuple(f"strings/{name}.{lcid}.resx" for lcid in TEXTS)
        spec = make_spec(**changes, resources=Resources("index.ts", (f"css/{name}.css",), resx))
        return {file.path: file.text for file in render_project(spec, materials).files}

    return render


def resx(text):
    return {data.attrib["name"]: data.findtext("value") for data in ET.fromstring(text).iter("data")}


def test_lays_the_project_out_as_pac_does(rendered):
    assert list(rendered(component_name="Knob")) == [
        ".gitignore",
        "Knob.pcfproj",
        "Knob/ControlManifest.Input.xml",
        "Knob/css/Knob.css",
        "Knob/index.ts",
        "Knob/strings/Knob.1031.resx",
        "Knob/strings/Knob.1033.resx",
        "README.md",
        "Solution/.gitignore",
        "Solution/PcfBuilderDial.cdsproj",
        "Solution/src/Other/Customizations.xml",
        "Solution/src/Other/Relationships.xml",
        "Solution/src/Other/Solution.xml",
        "eslint.config.mjs",
        "package.json",
        "pcfconfig.json",
        "tsconfig.json",
    ]


def test_names_are_everywhere_the_same(rendered):
    files = rendered(component_name="Knob", namespace="Contoso")
    control = ET.fromstring(files["Knob/ControlManifest.Input.xml"]).find("control")

    assert ("Contoso", "Knob") == (control.attrib["namespace"], control.attrib["constructor"])
    assert "contoso-knob" == json.loads(files["package.json"])["name"]
    assert r".Contoso\.Knob { color: red; }" in files["Knob/css/Knob.css"]
    assert "export class Knob {}" in files["Knob/index.ts"]
    assert "Contoso.Knob" in files["README.md"]


def test_the_same_name_has_the_same_guid_and_another_has_another(rendered):
    def guid(**changes):
        [pcfproj] = [text for path, text in rendered(**changes).items() if path.endswith(".pcfproj")]
        return re.search(r"<ProjectGuid>([0-9a-f-]{36})</ProjectGuid>", pcfproj)[1]

    assert guid() == guid()
    assert 3 == len({guid(), guid(component_name="Knob"), guid(namespace="Contoso")})


def test_has_says_which_properties_there_are(rendered):
    code = rendered()["Dial/index.ts"]

    assert "value" in code
    assert "off" not in code


def test_texts_of_absent_properties_are_left_out(rendered):
    assert list(resx(rendered()["Dial/strings/Dial.1033.resx"])) == [
        "Control_Name",
        "Control_Description",
        "value_Name",
        "value_Description",
        "Text_label",
        "Text_off_Name",
    ]


def test_each_language_has_its_own_texts(rendered):
    files = rendered()

    assert "Drehknopf" == resx(files["Dial/strings/Dial.1031.resx"])["Control_Name"]
    assert "Dial" == resx(files["Dial/strings/Dial.1033.resx"])["Control_Name"]


def test_the_makers_own_texts_are_in_every_language(rendered):
    files = rendered(display_name="My dial", description="It is mine alone.", custom_texts=("display_name",))

    assert ["My dial"] * 2 == [resx(files[f"Dial/strings/Dial.{lcid}.resx"])["Control_Name"] for lcid in TEXTS]
    assert "Turns a number." == resx(files["Dial/strings/Dial.1033.resx"])["Control_Description"]


NAMES = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=40
)


@settings(max_examples=40, derandomize=True, deadline=None)
@given(NAMES)
@example(HOSTILE)
@example("{{ control.namespace }}")
@example("]]>")
@example("| a | b |")
def test_what_a_maker_wrote_stays_text_in_every_file(rendered, name):
    files = rendered(display_name=name, description=name, custom_texts=("display_name", "description"))

    for lcid in TEXTS:
        texts = resx(files[f"Dial/strings/Dial.{lcid}.resx"])
        assert [name, name] == [texts["Control_Name"], texts["Control_Description"]]
    assert name == json.loads(files["package.json"])["description"]
    literal = re.search(r"^const a = (.*);$", files["Dial/index.ts"], re.MULTILINE)[1]
    assert name == json.loads(literal)
    assert ET.fromstring(files["Dial/ControlManifest.Input.xml"]).find("control") is not None
    assert name not in files["Dial.pcfproj"] or len(name) < 3


@settings(max_examples=40, derandomize=True, deadline=None)
@given(NAMES.filter(str.strip))
@example(HOSTILE)
@example("| a | b |")
@example("- [ ] x")
def test_the_readme_keeps_its_shape(rendered, name):
    def shape(text):
        return [token.type for token in MarkdownIt("commonmark").enable("table").parse(text)]

    hostile = rendered(display_name=name, description=name, custom_texts=("display_name", "description"))

    assert shape(rendered()["README.md"]) == shape(hostile["README.md"])


@pytest.mark.parametrize("text", ["\x00", "\x1b[31m", "\ufffe"])
def test_a_text_that_no_file_can_hold_is_refused(rendered, text):
    with pytest.raises(TemplateFault, match=r"strings\.resx|README|package"):
        rendered(display_name=text, custom_texts=("display_name",))


def test_a_missing_template_is_named(make_spec, materials):
    with pytest.raises(MissingTemplate, match=r"index\.ts\.j2"):
        render_project(make_spec(), Materials(materials.project, (), materials.strings))


def test_the_same_specification_gives_the_same_bytes(rendered):
    assert rendered() == rendered()
