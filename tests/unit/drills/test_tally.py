"""What counts as answered, refused and failed."""

import math

import pytest

from tests.drills.rest_client import Answer
from tests.drills.tally import Tally, quantile


@pytest.mark.parametrize(
    ("answer", "answered", "refused", "failed"),
    [
        (Answer(202, {}), 1, 0, 0),
        (Answer(503, {"retry-after": "2"}), 0, 1, 0),
        (Answer(429, {"retry-after": "1"}), 0, 1, 0),
        (Answer(503, {}), 0, 0, 1),
        (Answer(429, {"retry-after": "soon"}), 0, 0, 1),
        (Answer(504, {"retry-after": "1"}), 0, 0, 1),
        (Answer(500, {}, b"why"), 0, 0, 1),
        (Answer(200, {}), 0, 0, 1),
    ],
)
def test_an_answer_counts_once(answer: Answer, answered: int, refused: int, failed: int):
    tally = Tally()
    was_answered = tally.ended("create", answer, expected=(202,), seconds=0.5)

    assert (answered, refused, failed) == (tally.answered["create"], tally.refused["create"], tally.failed["create"])
    assert was_answered is bool(answered)
    assert failed == len(tally.failures)
    assert 1 == tally.total


def test_only_answered_requests_have_their_time_told():
    tally = Tally()
    tally.ended("show", Answer(200, {}), expected=(200,), seconds=0.1)
    tally.ended("show", Answer(503, {"retry-after": "1"}), expected=(200,), seconds=9.0)

    assert (0.1, 9.0) == (tally.p(0.99, "show"), tally.p_refused(0.99))


def test_nothing_answered_has_no_time():
    assert math.isnan(Tally().p(0.99, "show"))


@pytest.mark.parametrize(("share", "expected"), [(0.5, 50.0), (0.99, 99.0), (1.0, 100.0), (0.0, 1.0)])
def test_quantiles(share: float, expected: float):
    assert expected == quantile([float(number) for number in range(100, 0, -1)], share)
