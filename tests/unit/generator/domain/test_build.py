"""States of a build, and what they mean to whoever waits."""

import pytest
from pcf_generator.domain.build import BuildState


@pytest.mark.parametrize(
    ("state", "ended", "settled"),
    [
        (BuildState.QUEUED, False, False),
        (BuildState.RUNNING, False, False),
        (BuildState.NEEDS_INPUT, False, True),
        (BuildState.SUCCEEDED, True, True),
        (BuildState.FAILED, True, True),
        (BuildState.CANCELLED, True, True),
    ],
)
def test_a_question_settles_but_does_not_end(state, ended, settled):
    assert (ended, settled) == (state.ended, state.settled)
