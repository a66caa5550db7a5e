import shutil
from collections.abc import Callable
from pathlib import Path

Problems = Callable[[], list[str]]
Edit = Callable[[str, str, str], None]

_EN = "capabilities/lamp/strings/1033.yaml"
_DE = "capabilities/lamp/strings/1031.yaml"


def test_a_property_without_texts(edit: Edit, problems: Problems):
    edit(_EN, "  label: {name: Label, description: What it is called.}\n", "")
    edit(_DE, "  label: {name: Beschriftung, description: Wie sie heißt.}\n", "")
    assert problems() == [
        f"{_EN}:3: lacks `properties.label.description`, which capability.yaml has",
        f"{_EN}:3: lacks `properties.label.name`, which capability.yaml has",
    ]


def test_texts_of_no_property(edit: Edit, problems: Problems):
    edit("capabilities/dial/strings/1033.yaml", "label:", "title:")
    assert "capabilities/dial/strings/1033.yaml:5: holds `properties.title.name`, which capability.yaml has not" in (
        problems()
    )


def test_an_enum_value_without_a_text(edit: Edit, problems: Problems):
    edit("capabilities/dial/strings/1033.yaml", ", large: Large", "")
    (problem,) = problems()
    assert problem.endswith(":6: lacks `properties.size.values.large`, which capability.yaml has")


def test_a_translation_that_lacks_a_text(edit: Edit, problems: Problems):
    edit(_DE, 'texts: {state: "{0} von {1} Watt"}', "texts: {}")
    assert problems() == [f"{_DE}:7: lacks `texts.state`, which 1033.yaml has"]


def test_a_translation_with_a_text_of_its_own(edit: Edit, problems: Problems):
    edit(_DE, 'texts: {state: "{0} von {1} Watt"}', 'texts: {state: "{0} von {1} Watt", mehr: x}')
    assert problems() == [f"{_DE}:7: holds `texts.mehr`, which 1033.yaml has not"]


def test_placeholders_may_change_their_order(edit: Edit, problems: Problems):
    edit(_DE, "{0} von {1} Watt", "{1} Watt, davon {0}")
    assert problems() == []


def test_a_translation_that_forgets_a_placeholder(edit: Edit, problems: Problems):
    edit(_DE, "{0} von {1} Watt", "{0} Watt")
    assert problems() == [f"{_DE}:7: `texts.state` must hold the placeholders of 1033.yaml: {{0}} {{1}}"]


def test_a_file_name_that_is_no_lcid(brain: Path, problems: Problems):
    shutil.copy(brain / _DE, brain / "capabilities/lamp/strings/de.yaml")
    expected = "capabilities/lamp/strings/de.yaml:1: a file of texts is named by its LCID, such as 1031.yaml"
    assert [expected] == problems()


def test_english_in_another_language(edit: Edit, problems: Problems):
    edit(_EN, "language: en", "language: fr")
    assert problems() == [f"{_EN}:1: language of 1033 is en"]


def test_texts_are_compared_even_where_the_kind_itself_is_broken(edit: Edit, problems: Problems):
    edit("capabilities/lamp/capability.yaml", "requires: []", "")
    edit(_DE, 'texts: {state: "{0} von {1} Watt"}', "texts: {}")
    assert f"{_DE}:7: lacks `texts.state`, which 1033.yaml has" in problems()
