"""What every alert tells whoever it wakes."""

import re
from pathlib import Path

import pytest

from tests.monitoring.queries import alerts

OPERATIONS = Path(__file__).parents[2] / "docs/operations.md"
SECTIONS = {
    title.lower(): text
    for title, text in re.findall(
        r"^### ([A-Za-z]+)\n\n(.+?)(?=\n#|\Z)", OPERATIONS.read_text(), re.MULTILINE | re.DOTALL
    )
}


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert["alert"])
def test_an_alert_says_how_urgent_it_is_what_it_means_and_what_to_do(alert):
    assert alert["labels"]["severity"] in ("page", "ticket")
    told = alert["annotations"]
    assert set(told) == {"summary", "description", "runbook"}
    page, _, section = told["runbook"].partition("#")
    assert (page, section) == ("docs/operations.md", alert["alert"].lower())
    assert len(SECTIONS[section]) > 60


def test_no_section_is_of_an_alert_that_is_gone():
    written = OPERATIONS.read_text().split("## Alerts", 1)[1].split("\n## ", 1)[0]
    assert set(re.findall(r"^### (\w+)$", written, re.MULTILINE)) == {alert["alert"] for alert in alerts()}
