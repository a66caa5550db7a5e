"""The loop around the recommendations: bounds, windows, pace."""

import pytest
from capacity.autoscaler.controller import Controller
from capacity.autoscaler.recommendation import Pod, Sample
from capacity.autoscaler.rules import DOWN, UP, Autoscaling, Behaviour, Policy, Target, read
from hypothesis import given
from hypothesis import strategies as st

REQUESTS = Target("requests", 100.0, "pods")
AT_ONCE = Behaviour(0, (Policy("Percent", 100, 15),))


def _told(*, least: int = 2, most: int = 10, up: Behaviour = UP, down: Behaviour = DOWN) -> Autoscaling:
    return Autoscaling(least, most, (REQUESTS,), up, down)


def _decided(controller: Controller, now_s: float, current: int, rate: float) -> int:
    """With this rate shared among the pods."""
    sample = Sample(rate / current, now_s, 15.0)
    return controller.decide(now_s, current, {"requests": [Pod(0.0, 0.0, pending=False, sample=sample)] * current})


def _course(told: Autoscaling, rates: list[float], *, begins_with: int) -> list[int]:
    controller, current, seen = Controller(told), begins_with, []
    for number, rate in enumerate(rates):
        current = _decided(controller, number * 15.0, current, rate)
        seen.append(current)
    return seen


def test_it_grows_by_four_or_by_doubling_whichever_is_more():
    assert [6, 12, 20] == _course(_told(most=20), [5_000, 5_000, 5_000], begins_with=2)


def test_it_never_leaves_its_bounds():
    assert [6, 10, 10] == _course(_told(), [5_000, 5_000, 5_000], begins_with=2)
    assert [2] == _course(_told(down=AT_ONCE), [0.0], begins_with=2)


@pytest.mark.parametrize(("current", "expected"), [(1, 2), (14, 10)])
def test_somebody_who_set_another_number_is_corrected_at_once(current: int, expected: int):
    assert [expected] == _course(_told(), [100.0], begins_with=current)


def test_it_shrinks_once_nothing_of_the_window_speaks_against_it():
    rates = [800.0] * 2 + [200.0] * 25

    pods = _course(_told(), rates, begins_with=8)

    # 300 s after the last look that asked for eight.
    assert pods.index(2) == 1 + 300 / 15


def test_a_dip_shorter_than_the_window_changes_nothing():
    assert {8} == set(_course(_told(), [800.0, 100.0, 800.0] * 10, begins_with=8))


def test_it_shrinks_no_faster_than_it_may():
    slowly = Behaviour(0, (Policy("Pods", 1, 60),))

    pods = _course(_told(down=slowly), [100.0] * 13, begins_with=8)

    assert [7] * 4 + [6] * 4 + [5] * 4 + [4] == pods


def test_the_smaller_of_two_changes_counts_if_it_is_said_so():
    carefully = Behaviour(0, (Policy("Percent", 100, 15), Policy("Pods", 1, 15)), "Min")

    assert [3] == _course(_told(up=carefully), [5_000.0], begins_with=2)


def test_a_direction_that_is_disabled_is_not_taken():
    assert [8, 8] == _course(_told(down=Behaviour(0, (), "Disabled")), [0.0, 0.0], begins_with=8)


def test_a_metric_that_says_nothing_keeps_what_there_is_from_shrinking():
    told = Autoscaling(2, 10, (REQUESTS, Target("cpu", 0.7)), UP, AT_ONCE)
    idle = [Pod(0.0, 0.0, pending=False, sample=Sample(1.0, 0.0, 15.0))] * 6
    silent = [Pod(0.0, 0.0, pending=False, sample=None)] * 6

    assert 6 == Controller(told).decide(0.0, 6, {"requests": idle, "cpu": silent})


def test_the_metric_that_asks_for_most_decides():
    told = Autoscaling(2, 10, (REQUESTS, Target("cpu", 0.7)), UP, DOWN)
    asked = {
        "requests": [Pod(0.0, 0.0, pending=False, sample=Sample(50.0, 900.0, 15.0))] * 4,
        "cpu": [Pod(0.0, 0.0, pending=False, sample=Sample(1.0, 900.0, 15.0))] * 4,
    }

    assert 6 == Controller(told).decide(900.0, 4, asked)


@given(st.lists(st.floats(0, 5_000), min_size=1, max_size=60), st.integers(1, 14))
def test_any_load_stays_within_bounds_and_pace(rates: list[float], begins_with: int):
    pods = _course(_told(), rates, begins_with=begins_with)

    assert all(2 <= each <= 10 for each in pods)
    inside = [min(max(begins_with, 2), 10), *pods]
    assert all(after <= max(2 * before, before + 4) for before, after in zip(inside, pods, strict=False))


def test_a_manifest_is_read():
    manifest = {
        "spec": {
            "minReplicas": 3,
            "maxReplicas": 10,
            "metrics": [
                {"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": 70}}},
                {"type": "Pods", "pods": {"metric": {"name": "rate"}, "target": {"averageValue": "100"}}},
                {"type": "External", "external": {"metric": {"name": "sum"}, "target": {"averageValue": 50}}},
            ],
            "behavior": {
                "scaleDown": {
                    "stabilizationWindowSeconds": 120,
                    "selectPolicy": "Min",
                    "policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}],
                }
            },
        }
    }

    told = read(manifest)

    assert (3, 10, UP) == (told.least, told.most, told.up)
    assert (Target("cpu", 0.7), Target("rate", 100.0, "pods"), Target("sum", 50.0, "external")) == told.targets
    assert Behaviour(120, (Policy("Pods", 1, 60),), "Min") == told.down


def test_a_metric_that_is_not_simulated_is_refused():
    manifest = {"spec": {"maxReplicas": 3, "metrics": [{"type": "Object", "object": {}}]}}

    with pytest.raises(ValueError, match="no metric that is simulated"):
        read(manifest)
