"""BuildStore: whose builds are whose. Another tenant's is as one that does not exist."""

import pytest
from pcf_generator.build_store import BuildUnknown, RequestIdReused
from pcf_generator.domain.build import BuildState, EventType, NewEvent
from pcf_generator.domain.trail import TrailEntry

from tests.unit.generator.doubles.scenes import RESULT

SHA256 = RESULT.artifacts[0].sha256


async def change(scene, build, request):
    return await scene.store.change(
        build.id,
        lambda build: build,
        event=NewEvent(EventType.CANCELLED, "Cancelled."),
        trail=TrailEntry("build.cancelled"),
        request=request,
    )


async def test_a_tenant_gets_its_own_and_no_other_s(scene):
    ours = await scene.queued(tenant="contoso")
    assert ours == await scene.store.get(ours.id, tenant="contoso")
    for other in ("default", "fabrikam", "", "contoso/", "CONTOSO"):
        with pytest.raises(BuildUnknown):
            await scene.store.get(ours.id, tenant=other)


async def test_another_s_can_be_neither_changed_nor_told_of_and_leaves_no_trace(scene):
    theirs = await scene.queued(tenant="fabrikam")
    before = list(await scene.store.undelivered(limit=10))
    with pytest.raises(BuildUnknown):
        await change(scene, theirs, scene.request("r1", tenant="contoso"))
    with pytest.raises(BuildUnknown):
        await scene.store.record(theirs.id, TrailEntry("artifact.downloaded"), scene.request(tenant="contoso"))
    assert theirs == await scene.store.get(theirs.id, tenant="fabrikam")
    assert before == list(await scene.store.undelivered(limit=10))


async def test_a_refused_request_s_id_is_free_again(scene):
    theirs = await scene.queued(tenant="fabrikam")
    ours = await scene.queued(tenant="contoso")
    with pytest.raises(BuildUnknown):
        await change(scene, theirs, scene.request("r1", tenant="contoso"))
    assert ours.id == (await change(scene, ours, scene.request("r1", tenant="contoso", fingerprint="other"))).id


@pytest.mark.parametrize("state", [None, BuildState.QUEUED])
async def test_a_page_holds_the_tenant_s_own(scene, state):
    made = [await scene.queued(tenant=("contoso", "default", "fabrikam")[number % 3]) for number in range(9)]
    newest = [build.id for build in reversed(made) if build.tenant == "contoso"]

    async def page(**asked):
        found = await scene.store.list(**{"tenant": "contoso", "limit": 10, "before": "", "state": state} | asked)
        return [build.id for build in found]

    assert newest == await page()
    assert newest[:2] == await page(limit=2)
    assert newest[2:] == await page(before=newest[1])
    # A page may begin behind another's build: it was asked for by its id alone.
    assert newest[1:] == await page(before=made[4].id)
    assert [] == await page(tenant="nobody")


async def test_a_file_is_found_by_who_made_it(scene):
    made = {}
    for tenant in ("contoso", "fabrikam", "contoso"):
        await scene.queued(tenant=tenant)
        lease = await scene.store.claim("one", lease_s=30)
        ended = {"result": RESULT, "end_time": scene.clock.now()}
        settled = await scene.settle(lease, BuildState.SUCCEEDED, EventType.SUCCEEDED, **ended)
        made.setdefault(tenant, []).append(settled)
    for tenant in ("contoso", "fabrikam"):
        expected = (made[tenant], len(made[tenant]))
        assert expected == await scene.store.find_artifact(SHA256, tenant=tenant, limit=20)
    assert ([], 0) == await scene.store.find_artifact(SHA256, tenant="default", limit=20)


async def test_two_tenants_may_give_the_same_request_id(scene):
    tenants = ("default", "contoso", "fabrikam")
    made = [
        await scene.store.create(scene.draft(tenant=tenant), scene.request("r1", tenant=tenant), queue_limit=10)
        for tenant in tenants
    ]
    assert 3 == len({build.id for build in made})
    for build in made:
        again = scene.request("r1", tenant=build.tenant)
        assert build == await scene.store.create(scene.draft(tenant=build.tenant), again, queue_limit=10)
    with pytest.raises(RequestIdReused):
        await scene.store.create(
            scene.draft(tenant="contoso"), scene.request("r1", tenant="contoso", fingerprint="x"), queue_limit=10
        )
