"""The judge of overload: each broken promise is a fault, and a kept one is none."""

from dataclasses import replace
from typing import Any

import pytest

from tests.drills.overload_verdict import Measured, faults, rows
from tests.drills.rest_client import Answer
from tests.drills.tally import Tally

BUSY = Answer(503, {"retry-after": "1"})


def _tally(*, create_s: float = 0.05, read_s: float = 0.05, refused: int = 0, refused_s: float = 0.01) -> Tally:
    tally = Tally()
    for _ in range(100):
        tally.ended("create", Answer(202, {}), expected=(202,), seconds=create_s)
        tally.ended("show", Answer(200, {}), expected=(200,), seconds=read_s)
    for _ in range(refused):
        tally.ended("create", BUSY, expected=(202,), seconds=refused_s)
    return tally


KEPT = Measured(
    capacity=10.0,
    goodput=9.0,
    alone=_tally(),
    overloaded=_tally(refused=50),
    after=_tally(),
    alone_s=0.5,
    accepted_s=6.0,
    idle_s=2.0,
    wrong=(),
    own_cpu=0.2,
)


def _failing() -> Tally:
    tally = _tally(refused=50)
    tally.ended("show", Answer(500, {}), expected=(200,), seconds=0.1)
    return tally


def test_kept_promises_are_no_faults():
    assert [] == faults(KEPT)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"goodput": 7.9}, "goodput is 79%"),
        ({"overloaded": _tally()}, "this was no overload"),
        ({"overloaded": _failing()}, "show: 500"),
        ({"overloaded": _tally(refused=50, read_s=2.2)}, "reads: 99 of 100 within 2.20 s"),
        ({"overloaded": _tally(refused=50, create_s=2.2)}, "builds accepted: 99 of 100"),
        ({"overloaded": _tally(refused=50, refused_s=2.2)}, "refusals: 99 of 100"),
        ({"accepted_s": 8.6}, "accepted jobs: 99 of 100 within 8.6 s, more than 8.5 s"),
        ({"accepted_s": float("nan")}, "accepted jobs"),
        ({"idle_s": 31.0}, "still refused"),
        ({"after": _tally(refused=1)}, "still refused"),
        ({"after": _tally(create_s=0.2)}, "times as slowly"),
        ({"wrong": ("b is lost",)}, "b is lost"),
    ],
)
def test_a_broken_promise_is_a_fault(changes: dict[str, Any], fault: str):
    found = faults(replace(KEPT, **changes))

    assert 1 == len(found), found
    assert fault in found[0]


def test_the_table_tells_the_shares():
    told = dict(rows(KEPT))

    assert "9.0 = 90%" in told.values()
    assert "50" in told.values()
