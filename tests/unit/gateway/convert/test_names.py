"""Every value of the contracts has a name outside: one that is added there must be added here."""

from collections.abc import Mapping
from typing import Any

import pytest
from pcf.audit.v1.audit_pb2 import Event
from pcf.generator.v1.generator_pb2 import Build, BuildEvent, Finding, Stage
from pcf_gateway.convert import names


@pytest.mark.parametrize(
    ("enum", "table"),
    [
        (Build.State, names.STATES),
        (BuildEvent.Type, names.EVENT_TYPES),
        (Finding.Severity, names.SEVERITIES),
        (Finding.Action, names.ACTIONS),
        (Event.Outcome, names.OUTCOMES),
    ],
)
def test_every_value_but_the_unset_one_has_a_name(enum: Any, table: Mapping[int, str]):
    assert set(enum.values()) - {0} == set(table)


def test_every_stage_has_a_name_and_none_has_none():
    assert set(Stage.values()) == set(names.STAGES)
    assert names.STAGES[0] is None


def test_states_are_named_alike_both_ways():
    assert names.STATE_VALUES == {name: value for value, name in names.STATES.items()}
