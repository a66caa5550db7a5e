"""When whoever was refused may come again."""

import pytest
from pcf_generator.pace import LATEST_S, SOONEST_S, Pace


class Time:
    def __init__(self):
        self.now = 1_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def time():
    return Time()


@pytest.fixture
def pace(time):
    return Pace(clock=time)


def claim(pace, time, *, per_s, seconds, tenant="contoso"):
    for _ in range(per_s * seconds):
        time.now += 1 / per_s
        pace.claimed(tenant)


def test_the_wait_is_what_a_tenth_of_the_queue_takes(pace, time):
    claim(pace, time, per_s=10, seconds=60)
    assert 10.0 == pytest.approx(pace.retry_after_s(1000), rel=0.02)


def test_a_tenant_s_wait_goes_by_its_own_claims(pace, time):
    claim(pace, time, per_s=10, seconds=30, tenant="contoso")
    claim(pace, time, per_s=1, seconds=30, tenant="fabrikam")
    assert pace.retry_after_s(100, tenant="contoso") < pace.retry_after_s(100, tenant="fabrikam")
    assert pace.retry_after_s(100) < pace.retry_after_s(100, tenant="contoso")


def test_what_is_long_ago_says_nothing(pace, time):
    claim(pace, time, per_s=100, seconds=10)
    time.now += 61
    assert LATEST_S == pace.retry_after_s(1000)


@pytest.mark.parametrize(("waiting", "expected"), [(0, SOONEST_S), (1, SOONEST_S), (10**9, LATEST_S)])
def test_the_wait_has_its_bounds(pace, time, waiting, expected):
    claim(pace, time, per_s=10, seconds=5)
    assert expected == pace.retry_after_s(waiting)


def test_an_instance_that_has_just_started_expects_to_claim_soon(pace):
    assert 5.0 == pace.retry_after_s(50)


def test_a_pace_beyond_what_is_remembered_is_measured_in_what_is(pace, time):
    claim(pace, time, per_s=1000, seconds=20)
    assert 10.0 == pytest.approx(pace.retry_after_s(100_000), rel=0.01)
