"""The time a request has left."""

from pcf_runtime.deadlines import RETURN_OVERHEAD_S, bind_time_left, onward_timeout, time_left


def test_outside_of_a_request_nobody_waits():
    assert time_left() is None
    assert onward_timeout(10) == 10


def test_time_runs_from_the_moment_it_is_bound():
    with bind_time_left(5):
        first = time_left()
        assert time_left() <= first <= 5
    assert time_left() is None


def test_a_call_onward_leaves_time_to_answer():
    with bind_time_left(5):
        assert 4 < onward_timeout(10) <= 5 - RETURN_OVERHEAD_S
        assert onward_timeout(1) == 1


def test_a_deadline_gone_by_leaves_less_than_nothing():
    with bind_time_left(-1):
        assert onward_timeout(10) < 0
