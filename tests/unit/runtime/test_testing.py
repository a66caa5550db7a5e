"""The tools for tests."""

from datetime import UTC, datetime

import pytest
from pcf_runtime.errors import InvalidArgument, NotFound
from pcf_runtime.testing import FakeClock, expect_error


def test_the_clock_stands_still_until_advanced():
    clock = FakeClock(datetime(2026, 1, 1, tzinfo=UTC))
    assert clock.now() == clock.now()
    clock.advance(90)
    assert clock.now() == datetime(2026, 1, 1, 0, 1, 30, tzinfo=UTC)


def test_the_expected_error_passes_and_is_kept():
    with expect_error(NotFound, reason="X", domain="d") as seen:
        raise NotFound("X", "x", domain="d")
    assert seen.error.message == "x"


def test_no_error_fails():
    with pytest.raises(AssertionError, match="NotFound was not raised"), expect_error(NotFound):
        pass


@pytest.mark.parametrize("wrong", [{"reason": "Y"}, {"domain": "e"}])
def test_another_reason_or_domain_fails(wrong: dict[str, str]):
    with pytest.raises(AssertionError, match="expected"), expect_error(NotFound, **wrong):
        raise NotFound("X", "x", domain="d")


def test_another_kind_of_error_passes_through():
    with pytest.raises(InvalidArgument), expect_error(NotFound):
        raise InvalidArgument("X", "x")
