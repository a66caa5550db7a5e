"""Every case of the tables, and what our own writers make."""

from pathlib import Path

import pytest
from pcf_generator.manifest.validation import manifest_faults

from tests.unit.generator.manifest.cases import load

GOLDEN = Path(__file__).parents[3] / "golden"
CASES = [*load.altered("matrix.yaml"), *load.altered("beyond.yaml"), *load.real()]
STRICTER = frozenset(
    [
        "alike",
        "attribute",
        "control-type",
        "data-set-options",
        "default-usage",
        "default-value",
        "domain",
        "domains",
        "element",
        "encoding",
        "ending",
        "enum",
        "enum-text",
        "feature",
        "feature-undeclared",
        "feature-unused",
        "identifier",
        "libraries",
        "missing",
        "one-type",
        "path",
        "path-twice",
        "react",
        "reserved-word",
        "resx",
        "resx-empty",
        "resx-key",
        "resx-twice",
        "text",
        "unsupported-type",
        "version",
    ]
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_tells_the_rules_of_the_table(case):
    assert case.rules == {fault.rule for fault in manifest_faults(case.manifest, case.files)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_refuses_what_microsoft_refuses_and_marks_what_it_accepts(case):
    faults = manifest_faults(case.manifest, case.files)
    assert case.accepted == all(fault.stricter for fault in faults)


def test_every_stricter_rule_has_a_case():
    told = {f.rule for case in CASES for f in manifest_faults(case.manifest, case.files) if f.stricter}
    assert told == STRICTER


@pytest.mark.parametrize("manifest", sorted(GOLDEN.glob("*/expected/*/ControlManifest.Input.xml")), ids=str)
def test_what_we_generate_has_no_fault(manifest):
    folder = manifest.parent
    files = {f.relative_to(folder).as_posix(): f.read_text("utf-8") for f in folder.rglob("*") if f.is_file()}

    assert manifest_faults(manifest.read_text("utf-8"), files) == ()


def test_there_are_enough_cases():
    """97 of Microsoft's matrix, at least a hundred real ones."""
    assert len(list(load.altered("matrix.yaml"))) == 97
    assert len(list(load.real())) >= 100


def test_a_fault_says_where():
    text = next(load.altered("matrix.yaml")).manifest.replace('usage="bound"', 'usage="both"')
    assert [fault.message for fault in manifest_faults(text, {})] == [
        '<property name="value"> cannot have usage="both"'
    ]
