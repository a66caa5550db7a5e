import json
from collections.abc import Callable
from pathlib import Path

import pytest

Problems = Callable[[], list[str]]
Edit = Callable[[str, str, str], None]

_SPEC = "schemas/component-spec.schema.json"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def _write(brain: Path, schema: object, path: str = _SPEC) -> None:
    (brain / path).write_text(json.dumps(schema))


def test_a_schema_of_another_draft(brain: Path, problems: Problems):
    _write(brain, {"$schema": "http://json-schema.org/draft-07/schema#"})
    assert problems() == [f"{_SPEC}: is no JSON Schema 2020-12: `$schema` must be {_DIALECT}"]


def test_a_schema_that_is_no_object(brain: Path, problems: Problems):
    _write(brain, [1])
    assert problems() == [f"{_SPEC}: is no JSON Schema 2020-12: `$schema` must be {_DIALECT}"]


def test_every_fault_of_a_schema_is_told(brain: Path, problems: Problems):
    _write(brain, {"$schema": _DIALECT, "minimum": "a", "required": "b"})
    told = problems()
    assert [f'{_SPEC}: is no valid schema: minimum: "a" is not of type "number"'] == told[:1]
    assert len(told) == 2


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#/nowhere"},
        {"$ref": "https://example.com/other.json"},
        {"$ref": "file:///etc/passwd"},
        {"pattern": "("},
        {"$id": "::::"},
    ],
)
def test_a_schema_that_cannot_be_used(brain: Path, problems: Problems, schema: dict[str, str]):
    """Above all, nothing outside the release is ever fetched."""
    _write(brain, {"$schema": _DIALECT, **schema})
    (problem,) = problems()
    assert problem.startswith(f"{_SPEC}: is no valid schema: ")


def test_schemas_may_refer_to_one_another_by_id(brain: Path, problems: Problems):
    _write(brain, {"$schema": _DIALECT, "$id": "urn:test:name", "type": "string"}, "schemas/name.schema.json")
    _write(brain, {"$schema": _DIALECT, "$ref": "urn:test:name"})
    assert problems() == []


def test_a_key_that_no_schema_knows(edit: Edit, problems: Problems):
    edit("capabilities/lamp/capability.yaml", "requires: []", "requires: []\ncolour: red")
    expected = "capabilities/lamp/capability.yaml:1: Additional properties are not allowed ('colour' was unexpected)"
    assert [expected] == problems()


def test_a_fault_inside_has_its_line_and_way(edit: Edit, problems: Problems):
    edit("capabilities/lamp/capability.yaml", "type: boolean", "type: truth")
    (problem,) = problems()
    assert problem.startswith('capabilities/lamp/capability.yaml:16: parameters.2.type: "truth" is not one of')


def test_a_parameter_has_only_what_its_type_has(edit: Edit, problems: Problems):
    edit("capabilities/lamp/capability.yaml", "default: false}", "default: false, minimum: 1}")
    (problem,) = problems()
    assert problem.startswith("capabilities/lamp/capability.yaml:16: parameters.2: ")


def test_a_parameter_with_no_limits(edit: Edit, problems: Problems):
    edit("capabilities/lamp/capability.yaml", ", minimum: 5, maximum: 100", "")
    assert len(problems()) == 2


def test_a_rule_of_unknown_severity(edit: Edit, problems: Problems):
    edit("rules/performance.yaml", "severity: warning", "severity: mild")
    (problem,) = problems()
    assert problem.startswith('rules/performance.yaml:2: 0.severity: "mild" is not one of')


def test_seven_examples_are_too_few(edit: Edit, problems: Problems):
    edit("capabilities/lamp/examples.yaml", '- {prompt: "a lamp named 1st"', '# {prompt: "a lamp named 1st"')
    (problem,) = problems()
    assert problem.startswith("capabilities/lamp/examples.yaml:1: ")


def test_a_file_of_the_generator_is_judged_where_there_is_a_schema_for_it(brain: Path, problems: Problems):
    _write(brain, {"$schema": _DIALECT, "required": ["concepts"]}, "schemas/lexicon.schema.json")
    expected = [f'intent/lexicon/{each}.yaml:1: "concepts" is a required property' for each in ("de", "en")]
    assert expected == problems()


@pytest.mark.parametrize("text", ["version: 1.0", "version: ''", "[1]", "generator: '0'"])
def test_a_release_without_a_version_in_text(brain: Path, problems: Problems, text: str):
    (brain / "release.yaml").write_text(text)
    assert problems() == ["release.yaml:1: `version` must be text that people know the release by"]


def test_a_pattern_that_would_run_for_ever_is_cut_short(brain: Path, problems: Problems):
    schema = {"$schema": _DIALECT, "properties": {"language": {"pattern": "^(?=a)(a|aa)+(?!b)$"}}}
    _write(brain, schema, "schemas/lexicon.schema.json")
    (brain / "intent/lexicon/en.yaml").write_text(f"language: {'a' * 60}!")
    (problem,) = [each for each in problems() if "lexicon/en" in each]
    assert "backtracking" in problem


def test_a_very_long_message_is_clipped(edit: Edit, problems: Problems):
    edit("rules/performance.yaml", "severity: warning", f"severity: {'x' * 2_000}")
    (problem,) = problems()
    assert len(problem) < 400
