"""Controller, pods and load together: what is promised of the chart's autoscalers holds for what was measured."""

from dataclasses import replace

import pytest
from capacity import costs as measured
from capacity.assumptions import Assumptions
from capacity.autoscaler.cluster import Cluster, Costs, Timing
from capacity.autoscaler.loads import burst, ramp, steady, step, waves, with_noise
from capacity.autoscaler.picture import picture
from capacity.autoscaler.scenes import AUTOSCALING, SCENES, SETTLES_S, Verdict, costs_of, judged
from capacity.autoscaler.simulation import Course, needed, run
from hypothesis import given, settings
from hypothesis import strategies as st

LARGEST = SCENES[1]
ROUND = Costs(cpu_s=0.002, requested_cores=0.5, limit_cores=1.0, memory_share=0.4)


def _gateway() -> Costs:
    costs = measured.load()
    request_s = costs.cpu["gateway"].read * costs.correction("gateway")
    return costs_of(request_s, Assumptions().pods["gateway"], costs.memory_mb["gateway"])


def test_the_largest_step_is_served_within_a_minute():
    verdict = judged(LARGEST, AUTOSCALING, _gateway(), Timing())

    assert [] == list(verdict.faults(AUTOSCALING))
    assert 0 < verdict.served_s <= SETTLES_S


def test_a_slow_look_at_requests_is_too_slow():
    """Why the chart scrapes often: every 15 s, over a minute, the pods come too late."""
    slow, load = Timing(scraped_s=15, rate_s=60), step(150, 700, at_s=304)
    courses = [run(AUTOSCALING, ROUND, load, seconds=600, timing=slow, phase_s=phase) for phase in range(0, 15, 3)]

    assert max(course.served_s(since_s=304) for course in courses) > SETTLES_S


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"served_s": 61.0}, "enough pods after 61 s"),
        ({"turns": 2}, "turned 2 times"),
        ({"fewest": 1}, "1 to 10 pods"),
        ({"most": 11}, "2 to 11 pods"),
    ],
)
def test_a_broken_promise_is_told(change: dict[str, float], told: str):
    kept = Verdict(LARGEST, served_s=45.0, turns=1, fewest=2, most=10, refused=0.0, shown=Course([]))

    assert [] == list(kept.faults(AUTOSCALING))
    assert [f"{LARGEST.name}: {told}"] == list(replace(kept, **change).faults(AUTOSCALING))


def test_ten_percent_of_noise_move_nothing():
    course = run(AUTOSCALING, ROUND, with_noise(steady(480), share=0.08, seed=7), seconds=1_200)

    assert [] == course.changes


def test_a_burst_is_followed_up_once_and_down_once():
    course = run(AUTOSCALING, ROUND, burst(150, 800, at_s=300, lasts_s=60), seconds=3_000)

    assert 1 == course.turns
    assert (2, 2) == (course.moments[0].pods, course.moments[-1].pods)


def test_waves_faster_than_the_window_keep_the_pods_of_their_tops():
    course = run(AUTOSCALING, ROUND, waves(200, 800, period_s=120), seconds=1_800)

    assert 0 == course.turns


def test_what_one_pod_cannot_do_is_refused_or_waits():
    refusing, waiting = Cluster(ROUND, Timing()), Cluster(Costs(0.002, 0.5, 1.0, 0.4, queued=True), Timing())
    for each in (refusing, waiting):
        each.begin(1, 100.0)
        each.serve(0, 700.0)

    assert (200.0, 0.0) == pytest.approx((refusing.refused, refusing.backlog))
    assert (0.0, 200.0) == pytest.approx((waiting.refused, waiting.backlog))
    waiting.serve(1, 0.0)
    assert 0.0 == waiting.backlog


def test_a_new_pod_serves_once_it_has_started_and_is_ready():
    cluster = Cluster(ROUND, Timing(pending_s=2, starting_s=8))
    cluster.begin(2, 100.0)
    cluster.scale(3, 100.0)

    assert [2, 2, 3] == [cluster.ready(at) for at in (100, 109, 110)]
    assert cluster.known("cpu", 101.0)[2].pending
    cluster.scale(1, 120.0)
    assert 1 == cluster.ready(120)


def test_loads():
    assert [1, 2] == [step(1, 2, at_s=10)(t) for t in (9, 10)]
    assert [0, 5, 10] == [ramp(0, 10, from_s=10, to_s=20)(t) for t in (0, 15, 30)]
    assert [1, 9, 1] == [burst(1, 9, at_s=5, lasts_s=5)(t) for t in (4, 5, 10)]
    assert [1, 3, 1] == pytest.approx([waves(1, 3, period_s=10)(t) for t in (0, 5, 10)])


@settings(deadline=None, max_examples=15)
@given(st.floats(10, 3_000), st.floats(10, 3_000), st.integers(0, 14))
def test_any_step_is_served_within_a_minute_and_turns_once_at_most(before: float, after: float, phase_s: int):
    course = run(AUTOSCALING, ROUND, step(before, after, at_s=60), seconds=900, phase_s=phase_s)

    assert course.served_s(since_s=60) <= 60
    assert course.turns <= 1
    assert all(AUTOSCALING.least <= moment.pods <= AUTOSCALING.most for moment in course.moments)


@settings(deadline=None, max_examples=15)
@given(st.floats(0, 3_000))
def test_fewer_pods_than_needed_miss_a_target(rate: float):
    pods = needed(AUTOSCALING, ROUND, rate, tolerance=0.0)

    assert pods == AUTOSCALING.most or rate / pods <= 100
    assert pods == AUTOSCALING.least or rate / (pods - 1) > 100 or rate / (pods - 1) * 0.002 / 0.5 > 0.7


def test_a_picture_has_each_course_with_its_title():
    course = run(AUTOSCALING, ROUND, step(150, 700, at_s=60), seconds=600)

    drawn = picture([("one", course), ("another", course)], most=10, per_pod=100, from_s=0, to_s=599)

    assert (2, 2) == (drawn.count('class="pods"'), drawn.count('class="load"'))
    assert ">one<" in drawn
    assert drawn.startswith("<svg ")
