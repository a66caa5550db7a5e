"""How many pods one metric asks for, by the rules of replica_calculator.go; the numbers are computed by hand."""

import math

import pytest
from capacity.autoscaler.recommendation import INITIAL_S, Pod, Sample, recommended
from capacity.autoscaler.rules import Target
from hypothesis import given
from hypothesis import strategies as st

CPU = Target("cpu", 0.7)
REQUESTS = Target("requests", 100.0, "pods")
NOW = 10_000.0


def _pods(*values: float) -> list[Pod]:
    """Old ones, which have told this."""
    return [Pod(0.0, 10.0, pending=False, sample=Sample(value, NOW - 1, 15.0)) for value in values]


def _asked(target: Target, pods: list[Pod], *, current: int | None = None, now_s: float = NOW) -> int | None:
    return recommended(target, pods, current=current or len(pods), now_s=now_s, tolerance=0.1)


@pytest.mark.parametrize(
    ("target", "values", "expected"),
    [
        pytest.param(CPU, [1.4, 1.4], 4, id="twice the target, twice the pods"),
        pytest.param(CPU, [0.75, 0.78], 2, id="within a tenth: nothing"),
        pytest.param(CPU, [0.8, 0.8], 3, id="past a tenth: one more, rounded up"),
        pytest.param(CPU, [0.35, 0.35, 0.35, 0.35], 2, id="half of the target, half of the pods"),
        pytest.param(CPU, [0.0, 0.0], 0, id="idle: the bounds are another's business"),
        pytest.param(REQUESTS, [180.0, 200.0], 4, id="requests"),
        pytest.param(REQUESTS, [90.0, 111.0], 2, id="requests within a tenth"),
        pytest.param(Target("memory", 0.8), [0.9, 0.9], 3, id="memory"),
        pytest.param(Target("sum", 100.0, "external"), [300.0, 150.0], 5, id="a sum, as KEDA has it"),
    ],
)
def test_the_formula(target: Target, values: list[float], expected: int):
    assert expected == _asked(target, _pods(*values))


def test_pods_that_are_not_ready_count_as_idle_when_more_are_asked_for():
    starting = Pod(NOW - 20, None, pending=False, sample=Sample(2.0, NOW - 1, 15.0))

    # (1.4 + 1.4 + 0) / 3 / 0.7 = 1.33 of 3 pods: one more, where two alone would have been taken for four.
    assert 4 == _asked(CPU, [*_pods(1.4, 1.4), starting])


def test_a_pod_counts_once_it_was_ready_for_the_whole_of_a_sample():
    ready = Pod(NOW - 40, NOW - 10, pending=False, sample=Sample(1.4, NOW - 1, 15.0))
    settled = Pod(NOW - 40, NOW - 20, pending=False, sample=Sample(1.4, NOW - 1, 15.0))

    assert 4 == _asked(CPU, [*_pods(1.4, 1.4), ready])
    assert 6 == _asked(CPU, [*_pods(1.4, 1.4), settled])


def test_a_pod_whose_start_is_long_ago_counts_at_once_when_it_is_ready_again():
    again = Pod(NOW - INITIAL_S - 1, NOW - 1, pending=False, sample=Sample(1.4, NOW - 1, 15.0))

    assert 6 == _asked(CPU, [*_pods(1.4, 1.4), again])


def test_not_being_ready_does_not_matter_to_requests():
    starting = Pod(NOW - 20, None, pending=False, sample=Sample(0.0, NOW - 1, 15.0))

    # (150 + 150 + 0) / 3 is the target.
    assert 3 == _asked(REQUESTS, [*_pods(150.0, 150.0), starting])


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param([1.4, 1.4], 4, id="more are asked for: it idles"),
        # (0.1 + 0.1 + 1) / 3 / 0.7 = 0.57 of three: two are left, where one would have been.
        pytest.param([0.1, 0.1], 2, id="fewer are asked for: it uses all that it requests"),
    ],
)
def test_a_pod_that_says_nothing_is_taken_for_what_speaks_against_the_change(values: list[float], expected: int):
    silent = Pod(0.0, 10.0, pending=False, sample=None)

    assert expected == _asked(CPU, [*_pods(*values), silent])


def test_a_guess_that_would_turn_the_direction_changes_nothing():
    silent = [Pod(0.0, 10.0, pending=False, sample=None) for _ in range(3)]

    assert 4 == _asked(CPU, [*_pods(0.6), *silent])


def test_nothing_is_known_of_any_pod():
    assert _asked(CPU, [Pod(NOW, None, pending=True, sample=None)]) is None
    assert _asked(Target("sum", 1.0, "external"), [Pod(NOW, None, pending=True, sample=None)]) is None


@given(st.lists(st.floats(0, 5), min_size=1, max_size=30))
def test_with_all_ready_it_is_the_documented_formula(values: list[float]):
    ratio = sum(values) / len(values) / 0.7
    expected = len(values) if abs(1 - ratio) <= 0.1 else math.ceil(ratio * len(values))

    assert expected == _asked(CPU, _pods(*values))


@given(st.lists(st.floats(0, 5), min_size=1, max_size=20), st.integers(0, 10), st.integers(0, 10))
def test_doubt_never_makes_a_change_larger(values: list[float], pending: int, silent: int):
    sure = _asked(CPU, _pods(*values))
    doubted = [
        *_pods(*values),
        *(Pod(NOW, None, pending=True, sample=None) for _ in range(pending)),
        *(Pod(0.0, 10.0, pending=False, sample=None) for _ in range(silent)),
    ]
    found = _asked(CPU, doubted)

    assert sure is not None
    assert found is not None
    if found > len(doubted):
        assert found <= max(sure, len(values))
    if found < len(doubted):
        assert found >= min(sure, len(values))
