"""Every prompt in a kind's examples.yaml comes to what the file says."""

import os
from pathlib import Path

import pytest
import yaml

BRAIN = Path(os.environ.get("PCF_TEST_BRAIN", Path(__file__).parents[4] / "ai-brain"))
EXAMPLES = [
    pytest.param(path.parent.name, example, id=f"{path.parent.name}: {example['prompt']}")
    for path in sorted(BRAIN.glob("capabilities/*/examples.yaml"))
    for example in yaml.safe_load(path.read_text())
]


def outcome(built):
    """What a build came to, in the words of the examples."""
    if built.question:
        return "clarification"
    if built.problem:
        return "rejected"
    actions = {(finding.severity.value, finding.action.value) for finding in built.result.findings}
    if any(action == "downgraded" for _, action in actions):
        return "downgrade"
    return "success-with-warning" if ("warning", "noted") in actions else "success"


def told(built):
    """All that was said about it: a `finding` is a part of this."""
    if built.problem:
        return f"{built.problem.user_message} {' '.join(built.problem.details.values())}"
    if built.question:
        return built.question.text
    return " ".join(f"{finding.rule_id} {finding.message}" for finding in built.result.findings)


@pytest.mark.parametrize(("kind", "example"), EXAMPLES)
def test_comes_to_what_the_example_says(build, kind, example):
    built = build(example["prompt"])
    assert example["outcome"] == outcome(built), built.problem or built.question or built.result.findings
    if built.result:
        specification = built.report["specification"]
        assert kind == built.result.capability_id
        assert example.get("component", built.result.component_name) == built.result.component_name
        parameters = specification["capabilities"]["customizations"]
        assert example.get("parameters", {}) == {name: parameters[name] for name in example.get("parameters", {})}
    assert example.get("finding", "") in told(built)
    if "code" in example:
        assert example["code"] == (built.problem or built.question).code
    if built.problem:
        assert example.get("stage", built.problem.stage) == built.problem.stage
        assert example.get("rule", built.problem.details.get("rule")) == built.problem.details.get("rule")


def test_every_kind_has_at_least_eight_examples():
    counts = {
        path.name: len(yaml.safe_load((path / "examples.yaml").read_text()))
        for path in (BRAIN / "capabilities").iterdir()
    }
    assert {} == {kind: count for kind, count in counts.items() if count < 8}
