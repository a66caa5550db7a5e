import pytest
from pcf_brain.domain.problem import BrokenReleaseError
from pcf_brain.parsing.yaml_text import read_yaml


def _problems(text: str) -> list[str]:
    with pytest.raises(BrokenReleaseError) as caught:
        read_yaml("a.yaml", text)
    return [str(problem) for problem in caught.value.problems]


def test_mappings_lists_and_values():
    document = read_yaml("a.yaml", "a: [1, {b: x}]\nc:\n  - ''\n  - null\n")
    assert document.value == {"a": [1, {"b": "x"}], "c": ["", None]}


def test_every_part_has_its_line():
    document = read_yaml("a.yaml", "# why\na: 1\nb:\n  - x\n  - {c: 2}\n")
    expected = {(): 2, ("a",): 2, ("b",): 3, ("b", 0): 4, ("b", 1): 5, ("b", 1, "c"): 5}
    assert expected == document.lines


def test_quoted_values_are_text_whatever_they_look_like():
    assert read_yaml("a.yaml", "['on', \"010\", 'true']").value == ["on", "010", "true"]


def test_a_file_may_be_one_value():
    assert read_yaml("a.yaml", "42").value == 42


def test_a_duplicate_key_is_refused_with_its_line():
    assert _problems("a: 1\nb: 2\na: 3\n") == ["a.yaml:3: the key `a` stands here twice"]


def test_the_same_key_in_another_mapping_is_no_duplicate():
    assert read_yaml("a.yaml", "a: {x: 1}\nb: {x: 1}\n").value["b"] == {"x": 1}


def test_all_duplicate_keys_are_told_together():
    assert len(_problems("a: 1\na: 1\nb: {c: 1, c: 2}\n")) == 2


def test_a_key_that_is_no_text_is_refused():
    assert _problems("1033: x\n") == ["a.yaml:1: the key `1033` is not text: quote it"]


def test_a_list_as_a_key_is_refused():
    assert _problems("? [1]\n: 2\n") == ["a.yaml:1: a key must be text"]


def test_a_value_that_readers_disagree_on_is_refused_with_its_line():
    (problem,) = _problems("a:\n  - on\n")
    assert problem.startswith("a.yaml:2: `on` means different things")


def test_a_syntax_error_has_its_line():
    (problem,) = _problems("a: 1\nb: [1\nc: 2\n")
    assert problem.startswith("a.yaml:3: not YAML: ")


def test_a_control_character_is_refused():
    assert _problems("a: \x07") == ["a.yaml: not YAML: a control character stands in it"]


@pytest.mark.parametrize("text", ["", "# nothing but a comment\n"])
def test_an_empty_file_is_refused(text: str):
    assert _problems(text) == ["a.yaml: is empty"]


def test_two_documents_are_refused():
    assert _problems("a: 1\n---\na: 2\n") == ["a.yaml: holds several documents"]


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!!str", "!own", "!!binary"])
def test_tags_are_refused(tag: str):
    assert _problems(f"a: {tag} [x]\n") == ["a.yaml:1: tags are not allowed: write plain data"]


def test_an_alias_stands_for_what_it_names():
    assert read_yaml("a.yaml", "a: &x [1, 2]\nb: *x\n").value == {"a": [1, 2], "b": [1, 2]}


def test_a_merge_key_is_refused():
    (problem,) = _problems("a: &x {b: 1}\nc:\n  <<: *x\n")
    assert problem.startswith("a.yaml:3: `<<` means different things")


def test_an_alias_bomb_is_refused_before_it_unfolds():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    (problem,) = _problems("\n".join(lines))
    assert problem == "a.yaml:5: unfolds into more than 20,000 values"


def test_an_alias_of_what_surrounds_it_is_refused():
    assert _problems("a: &x [*x]\n") == ["a.yaml:1: `*x` stands within what it names, or before it"]


def test_an_alias_of_nothing_is_refused():
    assert len(_problems("a: *x\n")) == 1


def test_endless_nesting_is_refused():
    """PyYAML's own constructors would end the process here; a newer libyaml stops before we do."""
    (problem,) = _problems("[" * 100_000)
    assert problem in {"a.yaml:1: nested deeper than 30 levels", "a.yaml:1: not YAML: exceeded maximum nesting depth"}


def test_very_many_values_are_refused():
    assert _problems("- x\n" * 30_000) == ["a.yaml:20000: unfolds into more than 20,000 values"]
