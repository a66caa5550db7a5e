"""Equal values have one hash, unequal ones have others."""

import subprocess
import sys
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pcf_generator.domain.build import BuildOptions
from pcf_generator.domain.digest import digest
from pcf_generator.ports.model import Brief

VALUES = st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.integers()).map(tuple)
BRIEF = Brief("5 stars", answers={"kind": "star-rating"})


def test_a_known_hash():
    assert digest(BRIEF) == "baad0d6e65f3d7d43dbe85e46e015e1aca102036899179b1d6f89e6bbb220bc4"


@settings(max_examples=60, derandomize=True, deadline=None)
@given(VALUES, VALUES)
def test_tells_values_apart(one, other):
    same = type(one) is type(other) and one == other

    assert same == (digest(one) == digest(other))


@pytest.mark.parametrize(
    "other",
    [
        replace(BRIEF, prompt="5 stars "),
        replace(BRIEF, language="de"),
        replace(BRIEF, answers={}),
        replace(BRIEF, options=BuildOptions(component_name="A")),
        replace(BRIEF, options=BuildOptions(namespace="A")),
    ],
)
def test_every_field_counts(other):
    assert digest(BRIEF) != digest(other)


def test_where_one_value_ends_counts():
    assert digest("a", "b") != digest("ab")
    assert digest("a", "b") != digest('a"\n"b')


def test_the_order_of_values_counts():
    assert digest("a", "b") != digest("b", "a")


@pytest.mark.parametrize("seed", ["0", "12345"])
def test_another_process_gives_the_same(seed):
    code = (
        "from pcf_generator.domain.digest import digest; from pcf_generator.ports.model import Brief;"
        "print(digest(Brief('5 stars', answers={'kind': 'star-rating'})))"
    )
    told = subprocess.run(
        [sys.executable, "-c", code], env={"PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
    )

    assert digest(BRIEF) == told.stdout.strip()
