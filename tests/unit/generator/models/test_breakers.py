"""Circuits: closed, open, half open, and back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pcf_generator.models.breakers import BreakerRules, BreakerState, Circuit, LocalBreakers

RULES = BreakerRules(in_a_row=3, share=0.5, share_of=10, window_s=30.0, rest_s=10.0, longest_rest_s=40.0, probe_s=20.0)


def after(outcomes, circuit=None, now=100.0):
    circuit = circuit or Circuit()
    for healthy in outcomes:
        circuit = circuit.after(healthy, now, RULES)
    return circuit


OPEN = after([False] * 3)


@pytest.mark.parametrize(
    ("outcomes", "state"),
    [
        ([], "closed"),
        ([False] * 2, "closed"),
        ([False] * 3, "open"),
        ([False, False, True, False, False], "closed"),
        ([False, True] * 4 + [True, True], "closed"),
        ([False, True] * 5, "open"),
        ([False, None, False, None], "closed"),
    ],
)
def test_a_circuit_opens_on_failures_in_a_row_or_on_their_share(outcomes, state):
    assert state == after(outcomes).state(100.0)


def test_the_share_is_that_of_a_window():
    old = after([False, True] * 4, now=0.0)
    assert "closed" == after([False, True], old, now=31.0).state(31.0)


def test_an_open_circuit_lets_nobody_through_until_it_has_rested():
    assert None is OPEN.admitted(109.9, RULES)
    assert OPEN.admitted(110.0, RULES)


def test_half_open_it_lets_one_through_at_a_time():
    probing = OPEN.admitted(110.0, RULES)
    assert None is probing.admitted(111.0, RULES)


def test_one_that_is_lost_is_followed_by_another():
    probing = OPEN.admitted(110.0, RULES)
    assert probing.admitted(130.0, RULES)


def test_one_that_says_nothing_leaves_it_to_the_next():
    probing = OPEN.admitted(110.0, RULES).after(None, 111.0, RULES)
    assert ("half_open", True) == (probing.state(111.0), probing.admitted(111.0, RULES) is not None)


def test_one_that_is_answered_closes_it():
    assert "closed" == OPEN.admitted(110.0, RULES).after(True, 111.0, RULES).state(111.0)


def test_each_that_fails_doubles_the_rest_up_to_the_longest():
    circuit, now, rests = OPEN, 100.0, []
    for _ in range(5):
        rests.append(circuit.rests_until - now)
        now = circuit.rests_until
        circuit = circuit.admitted(now, RULES).after(False, now, RULES)
    assert [10, 20, 40, 40, 40] == rests


def test_a_late_end_of_an_earlier_call_changes_nothing():
    assert OPEN == OPEN.after(True, 105.0, RULES) == OPEN.after(False, 105.0, RULES)


@settings(derandomize=True)
@given(st.lists(st.tuples(st.floats(0, 15), st.sampled_from([True, False, None, "admit"])), max_size=60))
def test_never_two_are_let_through_while_half_open(steps):
    circuit, now, probing_until = Circuit(), 0.0, None
    for passed, step in steps:
        now += passed
        if step != "admit":
            circuit, probing_until = circuit.after(step, now, RULES), None
            continue
        half_open = circuit.state(now) is BreakerState.HALF_OPEN
        admitted = circuit.admitted(now, RULES)
        if half_open and admitted is not None:
            assert probing_until is None or now >= probing_until
            probing_until = now + RULES.probe_s
        circuit = admitted or circuit


async def test_each_target_has_a_circuit_of_its_own():
    breakers = LocalBreakers(RULES, clock=lambda: 100.0)
    for _ in range(3):
        state = await breakers.ended("openai/a", healthy=False)
    assert ("open", False, True) == (state, await breakers.admit("openai/a"), await breakers.admit("openai/b"))


async def test_an_open_circuit_is_seen_to_rest_no_more_though_nobody_asks():
    now = [100.0]
    breakers = LocalBreakers(RULES, clock=lambda: now[0])
    for _ in range(3):
        await breakers.ended("openai/a", healthy=False)
    assert "open" == await breakers.state("openai/a")
    now[0] += RULES.rest_s
    assert "half_open" == await breakers.state("openai/a")
