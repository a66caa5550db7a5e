"""Which segments are due, and what they are called."""

import pytest
from pcf_audit.export.segment import Segment, due, exported


def test_names_sort_as_the_log_does():
    names = [Segment(first, first + 65_536).data for first in (0, 65_536, 655_360, 6_553_600)]

    assert names == sorted(names)
    assert "log/000000065536-000000131072.jsonl.gz" == names[1]


def test_a_segment_is_there_once_its_checkpoint_is():
    there, half = Segment(0, 65_536), Segment(65_536, 131_072)
    names = [there.data, there.proof, there.checkpoint, half.data, half.proof, "log/notes.txt", "log/1-2.checkpoint"]

    assert {there} == exported(names)


@pytest.mark.parametrize(
    ("first", "size", "done", "rest", "expected"),
    [
        (0, 0, [], False, []),
        (0, 0, [], True, []),
        (0, 9, [], False, []),
        (0, 9, [], True, [(0, 9)]),
        (0, 10, [], False, [(0, 10)]),
        (0, 10, [], True, [(0, 10)]),
        (0, 35, [], True, [(0, 10), (10, 20), (20, 30), (30, 35)]),
        (0, 35, [(0, 10), (20, 30), (30, 35)], True, [(10, 20)]),
        (0, 40, [(30, 35)], False, [(0, 10), (10, 20), (20, 30), (30, 40)]),
        (20, 35, [], True, [(20, 30), (30, 35)]),
        (15, 35, [], False, [(20, 30)]),
        (20, 20, [], True, []),
    ],
)
def test_what_is_due(first: int, size: int, done: list, rest: bool, expected: list):
    found = due(first, size, [Segment(*each) for each in done], events=10, rest=rest)

    assert [Segment(*each) for each in expected] == found
