"""Prompts in any language that the offline engine cannot settle, through the router and all stages.

The model recites what `make eval` expects of a real one, so what is shown is that such an answer is enough.
"""

import random

import pytest
from pcf_generator.domain.build import Build, BuildOptions, BuildState
from pcf_generator.models.answers import Candidate
from pcf_generator.models.breakers import LocalBreakers
from pcf_generator.models.considered import ConsideredModel
from pcf_generator.models.money import Price, Tally
from pcf_generator.models.offline.engine import OfflineEngine
from pcf_generator.models.policy import Policy
from pcf_generator.models.remembered import Unremembered
from pcf_generator.models.router import Router
from pcf_runtime.testing import FakeClock

from tests.eval.cases import easy_cases, hard_cases
from tests.eval.reciting import Reciting
from tests.eval.scorecard import Scores, is_right, misses, table
from tests.eval.trial import attempt
from tests.unit.generator.doubles.purse import MemoryPurse

PRICE = Price(3_000_000, 15_000_000)


@pytest.fixture
def purse():
    return MemoryPurse()


@pytest.fixture
def model(purse):
    policy = Policy()
    candidate = Candidate(Reciting([*easy_cases(), *hard_cases()]), PRICE, 10.0)
    chance = random.SystemRandom()
    router = Router([candidate], purse, policy=policy, breakers=LocalBreakers(policy.breaker), chance=chance)
    now = FakeClock().now()
    build = Build("b", "", BuildOptions(), "maker", BuildState.RUNNING, now, now)
    models = ConsideredModel(OfflineEngine(), Unremembered(router), models="scripted/recited", limit_s=20.0)
    return models.for_build(build, float("inf"))


@pytest.mark.parametrize("case", hard_cases(), ids=lambda case: case.prompt)
async def test_comes_to_what_it_should(model, knowledge, purse, case):
    trial = await attempt(case, model, knowledge, None)
    assert (case.outcome, case.code) == (trial.outcome, trial.code)
    assert is_right(trial)
    assert purse.settled
    assert [] == purse.reserved


@pytest.mark.parametrize("case", easy_cases(), ids=lambda case: case.prompt)
async def test_what_the_engine_settles_comes_to_the_same(model, knowledge, case):
    assert is_right(await attempt(case, model, knowledge, None))


async def test_the_scorecard_tells_what_went_wrong(model, knowledge):
    good, bad = hard_cases()[0], hard_cases()[-1]
    trials = [await attempt(good, model, knowledge, None), await attempt(bad, OfflineEngine(), knowledge, None)]
    scores = Scores("both", trials, Tally())
    assert "1 of 2 (50%)" in table("Two", scores)
    assert bad.prompt in misses(scores)
    assert good.prompt not in misses(scores)
