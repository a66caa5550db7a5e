"""Names and texts of the maker's own reach Microsoft's tools unharmed."""

from xml.etree import ElementTree as ET


def test_a_maker_s_name_namespace_and_texts_build(npm, generate, installed):
    hostile = """Größe & "more" <b>'x'</b> {{ 7 }} ${y} \\ ]]> ☃"""
    project = installed(
        generate(
            "A toggle switch",
            *("--name", "ConsentSwitch", "--namespace", "Contoso", "--prefix", "cts"),
            *("--display-name", hostile, "--description", hostile),
        )
    )
    log = project.run(npm, "run", "build", "--", "--buildMode", "production").stdout
    assert "Succeeded" in log, log
    resx = ET.parse(project.output / "strings" / "ConsentSwitch.1033.resx").getroot()
    texts = {data.attrib["name"]: data.findtext("value") for data in resx.iter("data")}
    assert (hostile, hostile) == (texts["Control_Name"], texts["Control_Description"])
