"""What is wrong with a job at the edge."""

from dataclasses import replace
from typing import Any

import pytest

from tests.drills.rest_job import Job

WHOLE = Job("a toggle", "ID", [(1, "created"), (2, "stage-started"), (3, "succeeded")], state="succeeded", intact=True)


def test_a_whole_job_has_no_fault():
    assert [] == WHOLE.faults()


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "failed"},
        {"state": ""},
        {"events": [(1, "created"), (3, "succeeded")]},
        {"events": [(1, "created"), (1, "succeeded")]},
        {"events": [(1, "created")]},
        {"events": [(1, "succeeded"), (2, "succeeded")]},
        {"intact": False},
    ],
)
def test_each_flaw_is_told(changes: dict[str, Any]):
    assert 1 == len(replace(WHOLE, **changes).faults())
