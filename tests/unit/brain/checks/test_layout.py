from collections.abc import Callable
from pathlib import Path

import pytest

Problems = Callable[[], list[str]]


def test_the_small_brain_has_no_problem(problems: Problems):
    assert problems() == []


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("release.yaml", "release.yaml: is missing"),
        ("intent/mapping.yaml", "intent/mapping.yaml: is missing: task INTERPRET_INTENT reads it"),
        ("intent/lexicon/en.yaml", "intent/lexicon/en.yaml: is missing: task INTERPRET_INTENT reads it"),
        (
            "capabilities/lamp/index.ts.j2",
            "capabilities/lamp/index.ts.j2: is missing: task RENDER_CONTROL reads it",
        ),
        (
            "capabilities/lamp/capability.yaml",
            "capabilities/lamp/capability.yaml: is missing: it says what this kind is",
        ),
        (
            "capabilities/lamp/strings/1033.yaml",
            "capabilities/lamp/strings/1033.yaml: is missing: English is the reference of all texts",
        ),
        (
            "capabilities/lamp/examples.yaml",
            "capabilities/lamp/examples.yaml: is missing: it says what this kind is expected to do",
        ),
        (
            "schemas/component-spec.schema.json",
            "schemas/component-spec.schema.json: is missing: task VALIDATE_FINAL reads it",
        ),
        ("prompts/generate-spec.md", "prompts/generate-spec.md: is missing: task ASK_SPEC reads it"),
        (
            "schemas/rule.schema.json",
            "schemas/rule.schema.json: is missing: rules/*.yaml is judged by it",
        ),
    ],
)
def test_a_missing_file(brain: Path, problems: Problems, path: str, expected: str):
    (brain / path).unlink()
    assert [expected] == problems()


def test_no_template_at_all(brain: Path, problems: Problems):
    for file in (brain / "templates").iterdir():
        file.unlink()
    assert problems() == ["templates/*: is missing: task RENDER_PROJECT reads it"]


def test_no_rule_at_all(brain: Path, problems: Problems):
    for file in (brain / "rules").iterdir():
        file.unlink()
    assert problems() == ["rules/*.yaml: is missing: there is no rule to judge by"]


def test_an_empty_folder_tells_all_it_lacks(brain: Path, problems: Problems):
    for file in [path for path in brain.rglob("*") if path.is_file()]:
        file.unlink()
    assert {"release.yaml: is missing", "capabilities: holds no kind of control"} < set(problems())


def test_a_folder_name_that_is_no_id(brain: Path, problems: Problems):
    (brain / "capabilities/lamp").rename(brain / "capabilities/Lamp")
    assert "capabilities/Lamp: an id is lower-case letters, digits and `-`, 63 at most" in problems()


def test_a_lexicon_of_no_language(brain: Path, problems: Problems):
    (brain / "intent/lexicon/english.yaml").write_text("language: english")
    expected = "intent/lexicon/english.yaml: a language is two or three lower-case letters"
    assert expected in problems()


@pytest.mark.parametrize("name", ["a b", "a\nb", "ü.yaml", "a:b", "{capability}", "[a-z]"])
def test_a_name_that_could_be_misread(brain: Path, problems: Problems, name: str):
    (brain / "templates" / name).write_text("x")
    (problem,) = problems()
    assert problem.startswith(f"templates/{name}: a path holds only letters, digits")


def test_a_path_that_no_request_could_name(brain: Path, problems: Problems):
    folder = brain / "templates" / ("a" * 150) / ("b" * 150)
    folder.mkdir(parents=True)
    (folder / "c").write_text("x")
    assert len(problems()) == 1


def test_a_file_where_derived_ones_go(brain: Path, problems: Problems):
    (brain / "derived").mkdir()
    (brain / "derived/rules.code.json").write_text("[]")
    (problem,) = problems()
    assert problem.startswith("derived/rules.code.json: derived/ is the brain's own")
