"""Values that are read from text: exactly what the document says, and nothing that merely looks like it."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from pcf_gateway.resources.fields import read_moment, whole
from pcf_gateway.resources.patterns import IDEMPOTENCY_KEY, SAYS_SOMETHING
from pydantic_core import PydanticCustomError


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-05-01T12:00:00Z", datetime(2026, 5, 1, 12, tzinfo=UTC)),
        ("2026-05-01t12:00:00z", datetime(2026, 5, 1, 12, tzinfo=UTC)),
        ("2026-05-01T14:30:00+02:30", datetime(2026, 5, 1, 12, tzinfo=UTC)),
        ("2026-05-01T12:00:00.5Z", datetime(2026, 5, 1, 12, microsecond=500_000, tzinfo=UTC)),
        ("2026-05-01T12:00:00.123456789Z", datetime(2026, 5, 1, 12, microsecond=123_456, tzinfo=UTC)),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC) - timedelta(microseconds=1)),
    ],
)
def test_a_date_time_is_read(text: str, moment: datetime):
    assert moment == read_moment(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-01 12:00:00Z",
        "2026-05-01T12:00:00",
        "2026-05-01",
        "20260501T120000Z",
        "2026-02-30T12:00:00Z",
        "2026-05-01T24:00:01Z",
        "0001-01-01T00:00:00+01:00",
        "1777636800",
        "",
    ],
)
def test_anything_else_is_not(text: str):
    with pytest.raises(PydanticCustomError):
        read_moment(text)


@pytest.mark.parametrize("value", [3600.5, float("inf"), float("nan"), "3600.0", True, None])
def test_what_is_no_whole_number_stays_as_it_is(value: object):
    assert value is whole(value)


def test_a_whole_number_may_be_written_with_a_point():
    assert (3600, int) == (whole(3600.0), type(whole(3600.0)))


def test_a_long_blank_text_is_judged_in_no_time():
    # Were the pattern ambiguous, this would take minutes.
    assert re.fullmatch(SAYS_SOMETHING, " " * 5000 + "\0") is None
    assert re.fullmatch(SAYS_SOMETHING, "x" * 4999 + "\0") is None


@pytest.mark.parametrize(("key", "fits"), [("a", True), ("a b", True), ("k" * 255, True), ("k" * 256, False)])
def test_a_key_has_its_length(key: str, fits: bool):
    assert fits == (re.fullmatch(IDEMPOTENCY_KEY, key) is not None)
