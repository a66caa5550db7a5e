"""The page that answers OWASP's list for APIs names tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/design/security.md").read_text("utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_every_risk_is_answered_by_tests():
    rows = {line.split()[1]: NAMED.findall(line) for line in PAGE.splitlines() if line.startswith("| API")}
    assert [f"API{number}" for number in range(1, 11)] == list(rows)
    assert [] == [risk for risk, tests in rows.items() if not tests]


def test_the_tests_are_there():
    named = NAMED.findall(PAGE)
    assert [] == [f"{path}::{name}" for path, name in named if f"def {name}(" not in (ROOT / path).read_text("utf-8")]
