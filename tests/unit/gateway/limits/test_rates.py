"""Windows, and the leases that gateways take from them: never more than the limit."""

import asyncio
import random
from collections.abc import Sequence

import pytest
from pcf_gateway.limits.rates import Rates, Spent
from pcf_gateway.limits.rules import Book, Rules
from pcf_gateway.limits.windows import Grant, LocalWindows, Want

NONE = dict.fromkeys(Rules.model_fields, 0)


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


class CountingWindows(LocalWindows):
    """Asked over a network: it answers a turn of the loop later."""

    asked = 0

    async def take(self, wants: Sequence[Want]) -> Sequence[Grant]:
        self.asked += 1
        await asyncio.sleep(0)
        return await super().take(wants)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(clock: Clock) -> CountingWindows:
    return CountingWindows(clock)


def rates(store: LocalWindows, clock: Clock, **limits: int) -> Rates:
    return Rates(store, Book(Rules(**NONE | limits)), elapsed_s=clock)


async def let_through(rates: Rates, times: int, *, tenant: str = "contoso", actor: str = "key:ci") -> int:
    caller = rates.caller(tenant, actor)

    async def once() -> bool:
        try:
            await rates.take(caller.leases)
        except Spent:
            return False
        return True

    return sum(await asyncio.gather(*(once() for _ in range(times))))


async def test_a_window_gives_its_limit_and_then_nothing_until_it_closes(store: CountingWindows, clock: Clock):
    limited = rates(store, clock, key_per_second=40)

    assert 40 == await let_through(limited, 100)
    clock.now += 0.99
    assert 0 == await let_through(limited, 10)
    clock.now += 0.01
    assert 40 == await let_through(limited, 100)


async def test_without_limits_everything_goes_and_nobody_is_asked(store: CountingWindows, clock: Clock):
    assert 500 == await let_through(rates(store, clock), 500)
    assert 0 == store.asked


async def test_few_requests_ask_whoever_counts(store: CountingWindows, clock: Clock):
    limited = rates(store, clock, key_per_minute=1000)
    caller = limited.caller("contoso", "key:ci")
    for _ in range(1000):
        await limited.take(caller.leases)

    assert 20 == store.asked


async def test_a_spent_window_is_not_asked_for_again(store: CountingWindows, clock: Clock):
    limited = rates(store, clock, key_per_second=1)
    await let_through(limited, 2)
    asked = store.asked

    assert 0 == await let_through(limited, 50)
    assert asked == store.asked


async def test_the_tightest_of_all_windows_holds_and_a_refused_request_takes_from_none(
    store: CountingWindows, clock: Clock
):
    limited = rates(store, clock, key_per_second=5, tenant_per_minute=12)
    passed = []
    for _ in range(4):
        passed.append(await let_through(limited, 20))
        clock.now += 1

    assert [5, 5, 2, 0] == passed


async def test_credentials_of_a_tenant_have_their_own_windows_and_share_its(store: CountingWindows, clock: Clock):
    limited = rates(store, clock, key_per_second=6, tenant_per_second=10)

    assert 6 == await let_through(limited, 9, actor="key:one")
    assert 4 == await let_through(limited, 9, actor="key:two")
    assert 6 == await let_through(limited, 9, actor="key:one", tenant="fabrikam")


async def test_what_was_taken_stays_taken_when_the_rules_change(store: CountingWindows, clock: Clock):
    limited = rates(store, clock, key_per_minute=10)
    await let_through(limited, 10)
    limited.change(Book(Rules(**NONE | {"key_per_minute": 15})))
    assert 5 == await let_through(limited, 20)
    limited.change(Book(Rules(**NONE | {"key_per_minute": 3})))
    assert 0 == await let_through(limited, 20)


async def test_a_caller_that_goes_away_takes_nothing_from_those_that_wait(store: CountingWindows, clock: Clock):
    limited = rates(store, clock, key_per_second=3)
    caller = limited.caller("contoso", "key:ci")
    first, *others = [asyncio.create_task(limited.take(caller.leases)) for _ in range(4)]
    await asyncio.sleep(0)
    first.cancel()
    results = await asyncio.gather(*others, return_exceptions=True)

    assert [None] * 3 == results


@pytest.mark.parametrize("seed", range(25))
async def test_gateways_that_share_a_store_never_let_through_more_than_the_limit(
    store: CountingWindows, clock: Clock, seed: int
):
    """And no less than the limit without what the others hold: a twentieth each."""
    draw = random.Random(seed)  # noqa: S311 - printed by the test's name
    limit, count = draw.randint(1, 400), draw.randint(2, 5)
    gateways = [rates(store, clock, key_per_minute=limit) for _ in range(count)]
    passed = 0
    for _ in range(40):
        clock.now += draw.random()
        passed += await let_through(draw.choice(gateways), draw.randint(1, 40))
    last = await let_through(gateways[0], limit)

    slack = (count - 1) * max(1, min(50, limit // 20))
    # Those who wait together may be given more than a lease, and it is theirs at once.
    assert limit - slack <= passed + last <= limit
