"""Looking up what the brain gave for a control."""

import pytest
from pcf_generator.domain.source import Template
from pcf_generator.ports.rendering import Materials, MissingTemplate

README = Template("templates/README.md.j2", "", "")
CODE = Template("capabilities/dial/index.ts.j2", "", "")
MATERIALS = Materials([README], [CODE], [])


@pytest.mark.parametrize(("path", "template"), [("templates/README.md.j2", README), ("/index.ts.j2", CODE)])
def test_finds_a_template_by_the_end_of_its_path(path, template):
    assert template is MATERIALS.template(path)


def test_a_template_that_is_not_there_is_named():
    with pytest.raises(MissingTemplate, match=r"/styles\.css\.j2"):
        MATERIALS.template("/styles.css.j2")
