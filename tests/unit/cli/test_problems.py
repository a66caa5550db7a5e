"""What was wrong with a request is named by its field, or told alone where it is about several."""

import pytest
from pcf_cli.problems import describe


@pytest.mark.parametrize(
    ("field", "line"),
    [("options.version", "options.version: must be three numbers"), ("", "must be three numbers")],
)
def test_violations(field, line):
    violations = [{"field": field, "description": "must be three numbers"}]
    assert line in describe({"title": "Wrong.", "violations": violations})
