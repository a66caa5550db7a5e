"""The page that answers OWASP's list names tests that are there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[4]
PAGE = (ROOT / "docs/design/models.md").read_text("utf-8")
NAMED = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def test_every_risk_is_answered_by_tests():
    rows = {line[2:7]: NAMED.findall(line) for line in PAGE.splitlines() if line.startswith("| LLM")}
    assert [f"LLM{number:02}" for number in range(1, 11)] == list(rows)
    assert [] == [risk for risk, tests in rows.items() if not tests]


def test_the_tests_are_there():
    named = NAMED.findall(PAGE)
    assert [] == [f"{path}::{name}" for path, name in named if f"def {name}(" not in (ROOT / path).read_text("utf-8")]
