"""Costs out of phases of known work."""

import pytest
from capacity.costs import Cpu
from capacity.fitting import Phase, fitted, predicted
from hypothesis import given
from hypothesis import strategies as st

COST = st.floats(0, 1)
APART = ((40.0, 0, 0), (40.0, 150, 0), (40.0, 10, 9_000))


def _phases(cpu: Cpu, *, instances: int) -> list[Phase]:
    bare = [Phase(*each, 0.0) for each in APART]
    return [Phase(each.seconds, each.builds, each.reads, predicted(cpu, each, instances=instances)) for each in bare]


@given(COST, COST, COST, st.integers(1, 5))
def test_costs_that_made_the_phases_are_found(idle: float, build: float, read: float, instances: int):
    cpu = Cpu(idle, build, read)

    found = fitted(_phases(cpu, instances=instances), instances=instances)

    assert (idle, build, read) == pytest.approx((found.idle, found.build, found.read), abs=1e-6)


def test_what_comes_out_below_zero_is_nothing_and_the_rest_is_fitted_without_it():
    phases = [Phase(40.0, 0, 0, 1.0), Phase(40.0, 100, 0, 11.0), Phase(40.0, 0, 100, 0.8)]

    found = fitted(phases, instances=1)

    assert 0.0 == found.read
    assert (0.9 / 40, 0.1) == pytest.approx((found.idle, found.build), rel=0.02)


def test_phases_that_are_alike_tell_nothing():
    with pytest.raises(ValueError, match="do not tell the costs apart"):
        fitted([Phase(40.0, 10, 10, 1.0), Phase(80.0, 20, 20, 2.0), Phase(40.0, 10, 10, 1.0)], instances=1)


def test_an_instance_s_idling_is_a_share_of_all():
    assert 0.01 == pytest.approx(fitted(_phases(Cpu(0.01, 0.2, 0.001), instances=2), instances=2).idle)
