"""Waiting for what is away, within the time of the build."""

import time

import pytest
from pcf_generator.domain.stage import Stage
from pcf_generator.patience import Patience
from pcf_generator.ports.knowledge import KnowledgeUnavailable
from pcf_generator.ports.packing import ArtifactsUnavailable
from pcf_generator.step import StageTimeout

AWAY = KnowledgeUnavailable("UNAVAILABLE")
NO_STORE = ArtifactsUnavailable("s3://bucket hangs")
TIMEOUT = StageTimeout(Stage.MATCH)


def attempt(*outcomes):
    """An attempt that comes to one outcome after another."""
    left = list(outcomes)

    async def run():
        outcome = left.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return run


def patience(*, left_s=10.0, retry_s=0.0):
    return Patience(ends_at=time.monotonic() + left_s, retry_s=retry_s)


async def test_what_comes_at_once_is_given():
    assert "known" == await patience()(attempt("known"))


@pytest.mark.parametrize("away", [AWAY, NO_STORE])
async def test_what_comes_after_a_while_is_given(caplog, away):
    assert "known" == await patience()(attempt(away, away, away, "known"))
    assert [away.who] == [getattr(line, "pcf.waiting_for") for line in caplog.records]


async def test_one_absence_after_another_is_waited_out_and_each_is_logged_once(caplog):
    assert "known" == await patience()(attempt(AWAY, AWAY, NO_STORE, NO_STORE, AWAY, "known"))
    assert ["the brain", "the artifact store", "the brain"] == [
        getattr(line, "pcf.waiting_for") for line in caplog.records
    ]


@pytest.mark.parametrize("away", [AWAY, NO_STORE])
async def test_without_time_for_another_attempt_the_absence_is_told(away):
    with pytest.raises(type(away)):
        await patience(left_s=0.5, retry_s=1.0)(attempt(away, "too late"))


async def test_a_stage_that_takes_too_long_is_told_as_it_is():
    with pytest.raises(StageTimeout):
        await patience()(attempt(TIMEOUT))
    with pytest.raises(StageTimeout):
        await patience(left_s=-1)(attempt(TIMEOUT))


async def test_a_stage_that_takes_too_long_after_the_brain_came_back_is_told_as_it_is():
    with pytest.raises(StageTimeout):
        await patience()(attempt(AWAY, TIMEOUT))


async def test_time_that_ran_out_while_the_brain_was_asked_again_is_the_brain_s_absence():
    over = Patience(ends_at=time.monotonic() + 0.02, retry_s=0.001)

    class Asked:
        calls = 0

        async def __call__(self):
            self.calls += 1
            while self.calls == 2 and time.monotonic() < over._ends_at:
                pass
            raise AWAY if self.calls == 1 else TIMEOUT

    with pytest.raises(KnowledgeUnavailable):
        await over(Asked())


async def test_other_errors_are_not_waited_out():
    with pytest.raises(ValueError, match="fault"):
        await patience()(attempt(ValueError("fault"), "never"))
