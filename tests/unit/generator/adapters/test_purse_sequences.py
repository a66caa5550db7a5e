"""Whatever is reserved, settled, released or left to run out, in whatever order: the cap holds, nothing is lost."""

import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pcf_generator.models.money import CapReached, Payer
from pcf_runtime.testing import FakeClock

from tests.unit.generator.doubles.purse import MemoryPurse
from tests.unit.generator.doubles.purses import ALWAYS, BUILD, CAP, CAPS, postgres_purses, spent, sqlite_purses
from tests.unit.generator.doubles.scenes import rising_ids

pytestmark = pytest.mark.slow

TENANTS = ("contoso", "fabrikam")
amounts = st.one_of(st.integers(0, CAP // 2), st.sampled_from([0, 1, CAP - 1, CAP, CAP + 1, 2**70]))
costs = st.one_of(st.integers(0, CAP // 2), st.just(2 * CAP))
outcomes = st.sampled_from(["answered", "failed", "cancelled"])
which = st.integers(0, 5)
moves = st.one_of(
    st.tuples(st.just("reserve"), st.sampled_from(TENANTS), amounts),
    st.tuples(st.just("settle"), which, costs, outcomes),
    st.tuples(st.just("release"), which),
    st.tuples(st.just("wait"), st.sampled_from([1.0, 900.0, 50_000.0])),
)
plays = st.lists(moves, max_size=30)
EXAMPLES = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow], "derandomize": True}


@settings(max_examples=60, **EXAMPLES)
@given(plays)
def test_a_purse_in_a_file_counts_as_the_rules_say(play):
    async def run() -> None:
        clock = FakeClock()
        with tempfile.TemporaryDirectory() as folder:
            async with AsyncExitStack() as stack:
                opener = sqlite_purses(Path(folder), clock, rising_ids(), stack)
                await follow([await opener(), await opener()], clock, play)

    asyncio.run(run())


@settings(max_examples=40, **EXAMPLES)
@given(plays)
def test_a_purse_that_instances_share_counts_as_the_rules_say(postgres, builds_database, play):
    async def run() -> None:
        clock = builds_database.clock()
        async with AsyncExitStack() as stack:
            opener = postgres_purses(builds_database, rising_ids(), stack)
            await follow([await opener(), await opener()], clock, play)

    builds_database.clear(postgres)
    asyncio.run(run())


async def follow(purses, clock, play):
    """Play on instances in turn, and beside them by the rules at their shortest."""
    rules = MemoryPurse(CAPS, clock.now)
    names: list[tuple[str, str, int]] = []
    overrun = 0
    for number, (verb, *move) in enumerate(play):
        purse = purses[number % len(purses)]
        match verb:
            case "reserve":
                names += await reserved(purse, rules, *move)
            case "wait":
                clock.advance(*move)
            case _ if names:
                theirs, ours, most = names[move[0] % len(names)]
                call = [spent(*move[1:2], outcome=move[2])] if verb == "settle" else []
                overrun += max(0, call[0].cost_micros - most) if call else 0
                await getattr(purse, verb)(theirs, *call)
                await getattr(rules, verb)(ours, *call)
        for tenant in TENANTS:
            standing = await purse.standing(tenant, **ALWAYS)
            assert await rules.standing(tenant, **ALWAYS) == standing
            assert standing.counted_micros <= CAP + overrun
    for tenant in TENANTS:
        assert await rules.usage(tenant, **ALWAYS) == await purses[0].usage(tenant, **ALWAYS)
    assert await rules.of_build(BUILD) == await purses[0].of_build(BUILD)


async def reserved(purse, rules, tenant, most):
    """The names that both gave; or both refuse, for as long."""
    (ours, wait), (theirs, their_wait) = [await asked(each, tenant, most) for each in (rules, purse)]
    assert (ours is None, wait) == (theirs is None, their_wait)
    return [] if ours is None else [(theirs, ours, most)]


async def asked(purse, tenant, most):
    try:
        return await purse.reserve(Payer(tenant, BUILD), most), None
    except CapReached as refusal:
        return None, refusal.retry_after_s
