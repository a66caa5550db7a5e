"""Every scenario of every behaviour.yaml, with the bundle of our compiler and that of Microsoft's side by side."""

from collections.abc import Callable, Iterator

import pytest

from tests.behaviour.actions import act
from tests.behaviour.expectations import unmet
from tests.behaviour.judging import barriers, differences, disorder, leftovers
from tests.behaviour.scenarios import Scenario, Step, scenarios
from tests.behaviour.stage import Stage

# One process plays all scenarios of a prompt, so that its control is made once.
SCENARIOS = [
    pytest.param(scenario, id=scenario.id, marks=pytest.mark.xdist_group(scenario.prompt)) for scenario in scenarios()
]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_both_bundles_do_what_is_said(
    scenario: Scenario, opened: Callable[[Scenario], list[Stage]], photograph: Callable[[Stage, Scenario], None]
):
    stages = opened(scenario)
    for step in scenario.steps:
        faults = list(_play(stages, step))
        assert faults == [], f"step {step.number} {dict(step.actions)}\n" + "\n".join(faults)
    photograph(stages[0], scenario)
    assert [] == [fault for stage in stages for fault in leftovers(stage.destroy())]


def _play(stages: list[Stage], step: Step) -> Iterator[str]:
    for stage in stages:
        act(stage, step.actions)
        for fault in (*unmet(stage, step.expectations), *disorder(stage)):
            yield f"{stage.maker}: {fault}"
    yield from differences(*stages)
    yield from barriers(stages[0])
