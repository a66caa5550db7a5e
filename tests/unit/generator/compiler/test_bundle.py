"""How a control is registered: what Microsoft's build appends, in fewer characters."""

from pcf_generator.compiler.bundle import registration
from pcf_generator.compiler.project import Project

EXPORTS = "pcf_tools_652ac3f36e1e4bca82eb3c1dc44e6fad"


def test_a_namespace_of_several_parts_is_made_part_by_part():
    project = Project("Dial", "Dial/index.ts", "Acme.Forms.Controls", "Dial", is_virtual=False, globals={}, manifest="")
    assert registration(project) == (
        "if(window.ComponentFramework&&window.ComponentFramework.registerControl){"
        f"ComponentFramework.registerControl('Acme.Forms.Controls.Dial',{EXPORTS}.Dial)"
        "}else{"
        "var Acme=Acme||{};Acme.Forms=Acme.Forms||{};Acme.Forms.Controls=Acme.Forms.Controls||{};"
        f"Acme.Forms.Controls.Dial={EXPORTS}.Dial;{EXPORTS}=undefined"
        "}\n"
    )
