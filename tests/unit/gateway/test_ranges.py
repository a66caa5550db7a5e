"""Ranges and entity tags, case by case; how they look over HTTP stands in the contract tests."""

import pytest
from pcf_gateway.problems.refusal import Refusal
from pcf_gateway.ranges import ByteRange, is_known, requested_range

TAG = '"abc"'


@pytest.mark.parametrize(
    ("header", "size", "expected"),
    [
        ("bytes=0-4", 10, ByteRange(0, 4)),
        (" bytes=0-4 ", 10, ByteRange(0, 4)),
        ("bytes=9-9", 10, ByteRange(9, 9)),
        ("bytes=3-", 10, ByteRange(3, 9)),
        ("bytes=-3", 10, ByteRange(7, 9)),
        ("bytes=-30", 10, ByteRange(0, 9)),
        ("bytes=3-30", 10, ByteRange(3, 9)),
        ("bytes=4-3", 10, None),
        ("bytes=-", 10, None),
        ("BYTES=0-4", 10, None),
        ("bytes=0-4,6-7", 10, None),
        ("bytes=٣-4", 10, None),
        (None, 10, None),
    ],
)
def test_what_is_asked_for(header: str | None, size: int, expected: ByteRange | None):
    assert expected == requested_range(header, None, tag=TAG, size=size)


@pytest.mark.parametrize(("header", "size"), [("bytes=10-", 10), ("bytes=0-0", 0), ("bytes=-1", 0), ("bytes=-0", 10)])
def test_a_range_that_holds_nothing_is_refused(header: str, size: int):
    with pytest.raises(Refusal) as refused:
        requested_range(header, None, tag=TAG, size=size)

    assert (refused.value.status, refused.value.headers) == (416, {"Content-Range": f"bytes */{size}"})


@pytest.mark.parametrize(
    ("held", "expected"), [(TAG, ByteRange(0, 0)), ('"old"', None), ('W/"abc"', None), ("yesterday", None)]
)
def test_a_range_holds_only_for_the_same_bytes(held: str, expected: ByteRange | None):
    assert expected == requested_range("bytes=0-0", held, tag=TAG, size=10)


@pytest.mark.parametrize(
    ("header", "expected"),
    [(TAG, True), ('W/"abc"', True), ('"x", "abc"', True), ("*", True), ('"x"', False), ("abc", False), (None, False)],
)
def test_what_is_held_already(header: str | None, expected: bool):
    assert expected == is_known(header, TAG)


def test_a_range_knows_its_length():
    assert ByteRange(3, 3).length == 1
