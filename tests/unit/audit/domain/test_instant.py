"""Nanoseconds and their text."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pcf_audit.domain import instant

FIRST = -62_135_596_800 * 10**9
LAST = 253_402_300_799 * 10**9 + 999_999_999
INSTANTS = st.integers(FIRST, LAST)


@pytest.mark.parametrize(
    ("time_ns", "text"),
    [
        (0, "1970-01-01T00:00:00.000000000Z"),
        (1_700_000_000_123_456_789, "2023-11-14T22:13:20.123456789Z"),
        (-1, "1969-12-31T23:59:59.999999999Z"),
        (FIRST, "0001-01-01T00:00:00.000000000Z"),
        (LAST, "9999-12-31T23:59:59.999999999Z"),
    ],
)
def test_text_has_nine_digits_and_a_z(time_ns: int, text: str):
    assert text == instant.to_text(time_ns)


@given(INSTANTS)
def test_text_leads_back(time_ns: int):
    assert time_ns == instant.from_text(instant.to_text(time_ns))


@given(INSTANTS, INSTANTS)
def test_texts_sort_as_the_instants_do(one: int, other: int):
    assert (one < other) == (instant.to_text(one) < instant.to_text(other))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-01-01T00:00:00Z",
        "2026-01-01T00:00:00.000000Z",
        "2026-01-01T00:00:00.000000000+",
        "2026-13-01T00:00:00.000000000Z",
        "2026-01-01T00:00:00.00000000xZ",
    ],
)
def test_any_other_form_is_refused(text: str):
    with pytest.raises(ValueError, match=r".+"):
        instant.from_text(text)


def test_datetime_keeps_its_microseconds():
    moment = datetime(2026, 1, 1, 12, 0, 0, 123_456, tzinfo=UTC)

    assert instant.to_text(instant.from_datetime(moment)) == "2026-01-01T12:00:00.123456000Z"
