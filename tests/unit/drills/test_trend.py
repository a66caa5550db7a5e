"""The judge of growth."""

import random

import pytest

from tests.drills.trend import Series, floors, slope

TIMES = [5.0 * number for number in range(240)]


def _series(values: list[float], *, allowed: float = 3.0) -> Series:
    return Series("a service: RSS MB", allowed, 0.9, TIMES, values)


def test_a_leak_shows_through_noise():
    chance = random.Random(1)  # noqa: S311 - a seed
    leaking = [100 + 10 * at / 3600 + chance.gauss(0, 0.5) for at in TIMES]

    assert 10 == pytest.approx(_series(leaking).growth, rel=0.2)
    assert _series(leaking).grows
    assert "GROWS" in _series(leaking).row()


def test_noise_alone_is_no_growth():
    chance = random.Random(2)  # noqa: S311 - a seed

    assert not _series([100 + chance.gauss(0, 0.5) for _ in TIMES]).grows


def test_a_rise_of_less_than_a_step_is_none():
    minute = Series("a service: RSS MB", 3.0, 0.9, [0.0, 30.0, 60.0], [100.0, 100.2, 100.4])

    assert 24 == pytest.approx(minute.growth)
    assert not minute.grows


def test_what_shrinks_does_not_grow():
    assert not _series([100 - at / 60 for at in TIMES]).grows


def test_a_third_of_wild_values_moves_nothing():
    wild = [100.0 if number % 3 else 900.0 for number in range(len(TIMES))]

    assert 0 == slope(TIMES, wild)


def test_one_value_has_no_slope():
    assert 0 == slope([1.0], [5.0])


def test_floors_are_the_least_of_each_span():
    saw = [100.0 + number % 6 for number in range(240)]
    times, values = floors(TIMES, saw)

    assert [100.0] * 40 == values
    assert TIMES[::6] == times


def test_a_leak_under_a_saw_shows_at_its_floors():
    saw = [100.0 + number % 7 * 2 + 12 * at / 3600 for number, at in enumerate(TIMES)]

    assert 12 == pytest.approx(3600 * slope(*floors(TIMES, saw)), rel=0.2)
