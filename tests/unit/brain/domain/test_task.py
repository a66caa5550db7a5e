from pcf_brain.domain.task import Task, held, needs

_PATHS = {
    "templates/b.j2",
    "templates/a.j2",
    "templates/deep/c.j2",
    "rules/core.yaml",
    "derived/rules.code.json",
}


def test_english_is_the_language_of_who_names_none():
    assert needs(Task.INTERPRET_INTENT)[2:] == ("intent/lexicon/en.yaml", "derived/kinds.en.json")


def test_matching_without_a_kind_needs_only_the_index():
    assert needs(Task.MATCH_CAPABILITY, language="de") == ("derived/kinds.de.json",)


def test_matching_with_a_kind_needs_it_too():
    expected = ("derived/kinds.en.json", "capabilities/lamp/capability.yaml")
    assert expected == needs(Task.MATCH_CAPABILITY, capability_id="lamp")


def test_a_star_stands_for_all_files_below_sorted():
    expected = ["templates/a.j2", "templates/b.j2", "templates/deep/c.j2"]
    assert expected == list(held(["templates/*"], _PATHS))


def test_the_order_of_names_is_kept():
    names = ["rules/core.yaml", "derived/rules.code.json"]
    assert list(held(names, _PATHS)) == names


def test_a_file_that_is_not_there_is_left_out():
    assert list(held(["rules/other.yaml"], _PATHS)) == []


def test_tasks_that_make_no_sense_without_a_kind():
    expected = {Task.GENERATE_SPEC, Task.VALIDATE_FINAL, Task.RENDER_CONTROL, Task.RENDER_STRINGS}
    assert expected == {task for task in Task if task.requires_capability}


def test_matching_may_look_at_a_kind_and_need_not():
    assert Task.MATCH_CAPABILITY.uses_capability
    assert not Task.MATCH_CAPABILITY.requires_capability


def test_tasks_that_depend_on_the_language_of_the_prompt():
    expected = {Task.INTERPRET_INTENT, Task.MATCH_CAPABILITY}
    assert expected == {task for task in Task if task.uses_language}
