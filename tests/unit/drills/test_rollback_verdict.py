"""The judge of deployments: each broken promise is a fault, and a kept one is none."""

from dataclasses import replace
from typing import Any

import pytest

from tests.drills.rollback_verdict import Deployment, Noticed, faults, rows

BROKEN = Deployment("late", is_good=False, passed=False, ended_with=0, found_s=4.0, seconds=8.0)
GOOD = Deployment("good", is_good=True, passed=True, ended_with=0, found_s=5.0, seconds=9.0)
NOTICED = Noticed(inside=7, outside=0, answered=900, lost=())


def test_kept_promises_are_no_faults():
    assert [] == faults([BROKEN, GOOD], NOTICED)


@pytest.mark.parametrize(
    ("deployments", "noticed", "fault"),
    [
        ([replace(BROKEN, passed=True)], {}, "late: passed"),
        ([BROKEN, replace(GOOD, passed=False)], {}, "good: refused"),
        ([replace(BROKEN, ended_with=-9)], {}, "late left with -9"),
        ([BROKEN], {"outside": 1}, "1 requests failed outside the canary"),
        ([BROKEN], {"inside": 0}, "no request met the broken release: nothing is shown"),
        ([BROKEN], {"answered": 0}, "nobody asked anything: nothing is shown"),
        ([BROKEN], {"lost": ("build 1 is failed",)}, "build 1 is failed"),
    ],
)
def test_a_broken_promise_is_told(deployments: list[Deployment], noticed: dict[str, Any], fault: str):
    assert [fault] == faults(deployments, replace(NOTICED, **noticed))


def test_deployments_of_one_kind_are_one_row():
    told = dict(rows([BROKEN, replace(BROKEN, found_s=6.0)], NOTICED))

    assert "passed 0 of 2, ≤ 6.0 s, ≤ 8.0 s" == told["late: known, and gone, within"]
