"""BuildStore: whose turn it is when builds of several tenants wait."""

import asyncio
import random
import tempfile
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pcf_generator.build_store import QueueFull, TenantQueueFull
from pcf_generator.domain.build import BuildState, EventType
from pcf_generator.domain.share import Share, Shares
from pcf_runtime.testing import FakeClock

from tests.unit.generator.doubles.scenes import Scene, rising_ids
from tests.unit.generator.doubles.stores import sqlite_opener

TENANTS = ("ada", "bob", "cyd", "dan")
SEED = 20261126


async def queue(scene, *tenants):
    return [(await scene.queued(tenant=tenant)).id for tenant in tenants]


async def claim(scene, count=1, shares=None):
    """Whose builds were claimed."""
    leases = [
        await scene.store.claim("one", lease_s=30, **({"shares": shares} if shares else {})) for _ in range(count)
    ]
    return [lease.build.tenant if lease else None for lease in leases]


async def end(scene, lease):
    await scene.settle(lease, BuildState.FAILED, EventType.FAILED)


async def one_by_one(scene, count, shares=Shares()):  # noqa: B008 - frozen
    """Whose builds were claimed, each ended before the next claim."""
    whose = []
    for _ in range(count):
        lease = await scene.store.claim("one", lease_s=30, shares=shares)
        whose.append(lease.build.tenant)
        await end(scene, lease)
    return whose


async def test_one_build_does_not_wait_for_many_of_another_tenant(scene):
    await queue(scene, *["ada"] * 20, "bob")
    assert ["ada", "bob", "ada"] == await claim(scene, 3)


async def test_tenants_take_turns_also_where_builds_end_before_the_next_claim(scene):
    await queue(scene, *["ada"] * 4, *["bob"] * 2, *["cyd"] * 3)
    assert ["ada", "bob", "cyd", "ada", "bob", "cyd", "ada", "cyd", "ada"] == await one_by_one(scene, 9)


async def test_a_tenant_s_builds_are_claimed_in_their_order(scene):
    made = await queue(scene, "bob", "ada", "ada", "bob", "ada")
    leases = [await scene.store.claim("one", lease_s=30) for _ in made]
    for tenant in ("ada", "bob"):
        own = [lease.build.id for lease in leases if lease.build.tenant == tenant]
        assert sorted(own) == own


async def test_who_has_fewest_running_builds_is_next_whoever_had_the_last_turn(scene):
    await queue(scene, "ada", "ada", "ada")
    assert ["ada", "ada"] == await claim(scene, 2)
    await queue(scene, "bob", "bob", "bob")
    assert ["bob", "bob", "ada"] == await claim(scene, 3)


async def test_a_tenant_that_was_away_gets_no_more_than_its_turn(scene):
    await queue(scene, *["ada"] * 12)
    await one_by_one(scene, 4)
    await queue(scene, *["bob"] * 4)
    assert ["bob", "ada", "bob", "ada"] == await one_by_one(scene, 4)


async def test_a_build_that_lost_its_lease_goes_first_and_is_its_tenant_s_place(scene):
    (lost,) = await queue(scene, "bob")
    await scene.store.claim("gone", lease_s=1)
    await queue(scene, "ada", "bob", "ada")
    scene.clock.advance(2)
    lease = await scene.store.claim("one", lease_s=30)
    assert lost == lease.build.id
    assert ["ada", "bob", "ada"] == await claim(scene, 3)


async def test_a_tenant_of_weight_two_gets_twice_as_much(scene):
    await queue(scene, *["ada"] * 20, *["bob"] * 20, *["cyd"] * 20)
    shares = Shares(tenants={"bob": Share(2.0)})
    assert {"ada", "bob", "cyd"} == set(await one_by_one(scene, 3, shares)), "who had no turn yet is first"
    assert {"ada": 3, "bob": 6, "cyd": 3} == Counter(await one_by_one(scene, 12, shares))
    assert {"ada": 3, "bob": 6, "cyd": 3} == Counter(await claim(scene, 12, shares))


async def test_nobody_runs_more_than_it_may_and_others_do(scene):
    await queue(scene, *["ada"] * 5, *["bob"] * 5, *["cyd"] * 5)
    shares = Shares(Share(running=2), {"bob": Share(running=3), "cyd": Share(running=1)})
    claimed = await claim(scene, 8, shares)
    assert Counter({"ada": 2, "bob": 3, "cyd": 1, None: 2}) == Counter(claimed)
    assert ["cyd"] == await claim(scene, 1), "without a limit, who has the fewest is next"


async def test_a_limit_of_running_builds_holds_for_claims_at_once_and_leaves_no_place_empty(scene):
    stores = [scene.store, await scene.open()]
    await queue(scene, *["ada"] * 20, *["bob"] * 20)
    shares = Shares(Share(running=3), {"bob": Share(running=5)})
    claims = [stores[n % 2].claim(f"{n}", lease_s=30, shares=shares) for n in range(24)]
    whose = Counter(lease.build.tenant for lease in await asyncio.gather(*claims) if lease)
    whose.update(tenant for tenant in await claim(scene, 8, shares) if tenant)
    assert {"ada": 3, "bob": 5} == whose


async def test_claims_at_once_are_spread_over_the_tenants_that_wait(scene):
    """As far as they may differ from the order: the most that any tenant gets is what all would get at once."""
    stores = [scene.store, await scene.open()]
    await queue(scene, *["ada"] * 30, *["bob"] * 30)
    leases = await asyncio.gather(*(stores[n % 2].claim(f"{n}", lease_s=30) for n in range(20)))
    whose = Counter(lease.build.tenant for lease in leases)
    assert 20 == whose.total()
    assert min(whose.values()) >= 5


async def test_tenants_that_wait_are_counted(scene):
    assert 0 == await scene.store.tenants_waiting()
    await queue(scene, "ada", "ada", "bob", "cyd")
    assert 3 == await scene.store.tenants_waiting()
    await claim(scene, 2)
    assert 2 == await scene.store.tenants_waiting()


async def create(scene, tenant, *, limit=10, own=3):
    return await scene.store.create(
        scene.draft(tenant=tenant), scene.request(tenant=tenant), queue_limit=limit, tenant_limit=own
    )


async def test_a_tenant_s_full_queue_leaves_room_for_others(scene):
    for _ in range(3):
        await create(scene, "ada")
    with pytest.raises(TenantQueueFull) as refused:
        await create(scene, "ada")
    assert 3 == refused.value.waiting
    assert "bob" == (await create(scene, "bob")).tenant
    await claim(scene)
    assert "ada" == (await create(scene, "ada")).tenant


async def test_the_queue_of_all_is_full_for_who_has_room_of_its_own(scene):
    for tenant in ("ada", "ada", "bob"):
        await create(scene, tenant, limit=3)
    with pytest.raises(QueueFull) as refused:
        await create(scene, "bob", limit=3)
    assert (QueueFull, 3) == (type(refused.value), refused.value.waiting)


async def test_a_tenant_s_limit_holds_for_callers_at_once(scene):
    stores = [scene.store, await scene.open()]
    answers = await asyncio.gather(
        *(
            stores[n % 2].create(scene.draft(tenant=TENANTS[n % 3]), scene.request(), queue_limit=100, tenant_limit=5)
            for n in range(30)
        ),
        return_exceptions=True,
    )
    assert 15 == sum(isinstance(answer, TenantQueueFull) for answer in answers)
    assert 15 == await scene.store.queue_depth()


@dataclass
class Play:
    """Tenants queue, instances claim and end builds; every claim is held against what was promised."""

    scene: Scene
    shares: Shares = field(default_factory=Shares)
    waiting: Counter[str] = field(default_factory=Counter)
    running: list = field(default_factory=list)
    passed: Counter[str] = field(default_factory=Counter)

    async def act(self, action, which):
        match action:
            case "queue":
                tenant = TENANTS[which % len(TENANTS)]
                await self.scene.queued(tenant=tenant)
                self.waiting[tenant] += 1
            case "claim":
                await self.claim()
            case "end" if self.running:
                await end(self.scene, self.running.pop(which % len(self.running)))

    async def claim(self):
        busy = Counter(lease.build.tenant for lease in self.running)
        may = {
            tenant
            for tenant, count in self.waiting.items()
            if count and busy[tenant] < (self.shares.of(tenant).running or len(self.running) + 1)
        }
        lease = await self.scene.store.claim("one", lease_s=3600, shares=self.shares)
        assert (lease is not None) == bool(may), "work is left lying"
        if lease is None:
            return
        taken = lease.build.tenant
        assert taken in may
        assert all(busy[taken] <= busy[other] for other in may)
        self.running.append(lease)
        self.waiting[taken] -= 1
        self.passed[taken] = 0
        for tenant in may - {taken}:
            # Who has something running waits for that: it has its place.
            self.passed[tenant] = 0 if busy[tenant] else self.passed[tenant] + 1
            assert self.passed[tenant] < len(TENANTS), "a tenant with nothing running waits for too long"


ACTIONS = st.tuples(st.sampled_from(["queue", "queue", "claim", "claim", "end"]), st.integers(0, 11))
SHARES = [Shares(), Shares(Share(running=2)), Shares(tenants={"bob": Share(running=1)})]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ACTIONS, max_size=40), st.sampled_from(SHARES))
def test_nobody_starves_and_no_work_is_left(actions, shares):
    async def play():
        with tempfile.TemporaryDirectory() as folder:
            clock, new_id = FakeClock(), rising_ids()
            async with AsyncExitStack() as stack:
                opener = sqlite_opener(Path(folder), clock, new_id, stack)
                playing = Play(Scene(await opener(), clock, new_id, opener), shares)
                for action, which in actions:
                    await playing.act(action, which)

    asyncio.run(play())


@pytest.mark.parametrize("shares", SHARES, ids=["equal", "limited", "one limited"])
async def test_what_holds_for_one_sequence_holds_on_every_store(scene, shares):
    chance = random.Random(SEED)  # noqa: S311
    playing = Play(scene, shares)
    for _ in range(100):
        await playing.act(chance.choice(["queue", "queue", "claim", "claim", "end"]), chance.randrange(12))
