"""Who is let in, over real HTTP: every operation with every kind of credential."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from pcf_gateway.auth import api_key
from pcf_gateway.auth.api_key import ApiKey
from pcf_gateway.auth.scopes import SCOPE_BY_OPERATION, SCOPES
from pcf_gateway.auth.sqlite_keys import open_sqlite
from pcf_gateway.bootstrap import Running, running
from pcf_gateway.settings import GatewaySettings
from pcf_runtime.ids import new_ulid

from tests.servers.api_keys import PEPPER, Keys

ULID = "01JB2C3D4E5F6G7H8J9KMNPQRS"
CALLS = {
    "createBuild": ("POST", "/v1/builds"),
    "answerBuild": ("POST", f"/v1/builds/{ULID}:answer"),
    "cancelBuild": ("POST", f"/v1/builds/{ULID}:cancel"),
    "resumeBuild": ("POST", f"/v1/builds/{ULID}:resume"),
    "getBuild": ("GET", f"/v1/builds/{ULID}"),
    "listBuilds": ("GET", "/v1/builds"),
    "watchBuild": ("GET", f"/v1/builds/{ULID}/events"),
    "downloadArtifact": ("GET", f"/v1/builds/{ULID}/artifacts/source"),
    "describeArtifact": ("HEAD", f"/v1/builds/{ULID}/artifacts/source"),
    "verifyFile": ("GET", f"/v1/verify/{'ab' * 32}"),
    "listCapabilities": ("GET", "/v1/capabilities"),
    "getCapability": ("GET", "/v1/capabilities/star-rating"),
    "getBrainRelease": ("GET", "/v1/brain/release"),
    "getUsage": ("GET", "/v1/usage"),
    "listAuditEvents": ("GET", "/v1/audit/events"),
    "getAuditEvent": ("GET", f"/v1/audit/events/{ULID}"),
    "verifyAuditLog": ("GET", "/v1/audit/verification"),
    "getAuditCheckpoint": ("GET", "/v1/audit/checkpoint"),
    "proveAuditInclusion": ("GET", "/v1/audit/proofs/inclusion"),
    "proveAuditConsistency": ("GET", "/v1/audit/proofs/consistency?first=0"),
    "exportAuditLog": ("GET", "/v1/audit/log"),
    "createKey": ("POST", "/v1/keys"),
    "listKeys": ("GET", "/v1/keys"),
    "revokeKey": ("POST", f"/v1/keys/{ULID}:revoke"),
    "rotateKey": ("POST", f"/v1/keys/{ULID}:rotate"),
    "getMetrics": ("GET", "/metrics"),
}
OPEN = ("/", "/docs", "/openapi.json", "/healthz", "/readyz", "/web/page.js", "/web/key.js")


@pytest.fixture
def settings(settings: GatewaySettings, tmp_path: Path) -> GatewaySettings:
    on = {"auth": "on", "database": tmp_path / "gateway.db", "key_pepper": PEPPER, "key_cache_s": 0.0}
    return GatewaySettings.model_validate({**settings.model_dump(), **on})


@pytest.fixture
async def keys(gateway: Running, settings: GatewaySettings) -> AsyncIterator[Keys]:
    async with open_sqlite(settings.database) as store:
        yield Keys(store)


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


def test_every_operation_that_needs_a_scope_is_tried():
    assert set(CALLS) == {name for name, scope in SCOPE_BY_OPERATION.items() if scope}


@pytest.mark.parametrize("operation", CALLS)
async def test_an_operation_needs_a_key_that_works_and_has_its_scope(
    http: httpx.AsyncClient, keys: Keys, operation: str
):
    method, path = CALLS[operation]
    scope = SCOPE_BY_OPERATION[operation]
    assert scope is not None
    past = datetime.now(UTC) - timedelta(seconds=1)
    right = await keys.add(scope)
    refused = {
        "none": {},
        "wrong": bearer(ApiKey(right.split("_")[1], api_key.new_secret()).text),
        "unknown": bearer(ApiKey(new_ulid(), api_key.new_secret()).text),
        "expired": bearer(await keys.add(scope, expire_time=past)),
        "revoked": bearer(await keys.add(scope, revoke_time=past)),
        "cut": bearer(right[:-1]),
        "no token": bearer("ey.ey.ey"),
    }
    answers = {name: await http.request(method, path, headers=headers) for name, headers in refused.items()}
    others = await keys.add(*(each for each in SCOPES if each != scope))
    forbidden = await http.request(method, path, headers=bearer(others))
    allowed = [await http.request(method, path, headers=each) for each in (bearer(right), {"X-API-Key": right})]

    assert {401} == {answer.status_code for answer in answers.values()}
    assert all(answer.headers["www-authenticate"].startswith("Bearer") for answer in answers.values())
    assert all(answer.headers["content-type"] == "application/problem+json" for answer in answers.values())
    told = {
        answer.text.replace(answer.headers["x-request-id"], "") for name, answer in answers.items() if name != "none"
    }
    assert 1 == len(told), "what is wrong with a key is not told"
    assert 403 == forbidden.status_code
    assert f'scope="{scope}"' in forbidden.headers["www-authenticate"]
    if method != "HEAD":
        assert f"This needs the scope {scope}." == forbidden.json()["detail"]
    assert not {401, 403} & {answer.status_code for answer in allowed}


@pytest.mark.parametrize("path", OPEN)
async def test_what_orchestrators_and_the_page_need_is_open(http: httpx.AsyncClient, path: str):
    assert 200 == (await http.get(path)).status_code


@pytest.mark.parametrize(
    "path", ["/v1", "/v1/nothing", "/healthz/", "/HEALTHZ", "/web/../v1/builds", "/docs%2f..%2fv1/builds"]
)
async def test_what_is_not_there_is_told_only_to_whoever_is_known(http: httpx.AsyncClient, keys: Keys, path: str):
    known = await http.get(path, headers=bearer(await keys.add("builds:read")))

    assert 401 == (await http.get(path)).status_code
    assert 401 != known.status_code


async def test_tenant_and_actor_come_from_the_key_and_never_from_the_client(
    http: httpx.AsyncClient, keys: Keys, generator: Any
):
    headers = {**bearer(await keys.add("builds:write")), "x-pcf-tenant": "fabrikam", "x-pcf-actor": "root"}
    await http.post("/v1/builds", json={"prompt": "stars"}, headers=headers)

    ((context, _, _),) = generator.seen
    assert ("key:ci", "contoso") == (context.actor, context.tenant)


async def test_an_administrator_makes_lists_rotates_and_revokes_the_tenants_keys(http: httpx.AsyncClient, keys: Keys):
    admin = bearer(await keys.add("admin"))
    made = await http.post("/v1/keys", json={"name": "ci", "scopes": ["builds:read"]}, headers=admin)
    first = made.json()
    turned = await http.post(f"/v1/keys/{first['key']['id']}:rotate", json={"overlap_s": 3600}, headers=admin)
    second = turned.json()
    both = [(await http.get("/v1/builds", headers=bearer(each["secret"]))).status_code for each in (first, second)]
    await http.post(f"/v1/keys/{first['key']['id']}:revoke", headers=admin)
    after = [(await http.get("/v1/builds", headers=bearer(each["secret"]))).status_code for each in (first, second)]
    listed = (await http.get("/v1/keys", headers=admin)).json()

    assert (201, 201, [200, 200], [401, 200]) == (made.status_code, turned.status_code, both, after)
    assert ["active", "revoked", "active"] == [each["state"] for each in listed["keys"]]
    assert first["secret"] not in str(listed)
    assert "key:ci" == first["key"]["created_by"]


async def test_a_rotation_without_overlap_ends_the_old_key_at_once_and_only_once(http: httpx.AsyncClient, keys: Keys):
    admin, old = bearer(await keys.add("admin")), await keys.add("builds:read")
    path = f"/v1/keys/{old.split('_')[1]}:rotate"
    answers = [await http.post(path, json={"overlap_s": 0}, headers=admin) for _ in range(2)]

    assert [201, 409] == [answer.status_code for answer in answers]
    assert 401 == (await http.get("/v1/builds", headers=bearer(old))).status_code


async def test_an_idempotency_key_makes_one_key_and_then_tells_which(http: httpx.AsyncClient, keys: Keys):
    admin, old = bearer(await keys.add("admin")), await keys.add("builds:read")
    new = {"name": "ci", "scopes": ["builds:read"]}
    for path, body in (("/v1/keys", new), (f"/v1/keys/{old.split('_')[1]}:rotate", {"overlap_s": 0})):
        made, again, other = [
            await http.post(path, json=body, headers={**admin, "Idempotency-Key": once})
            for once in ("first", "first", "second")
        ]
        assert (201, 409, "KEY_MADE_BEFORE") == (made.status_code, again.status_code, again.json()["reason"])
        assert made.json()["key"]["id"] == again.json()["details"]["key"]
        assert made.json()["secret"] not in again.text
        assert other.json().get("reason") in (None, "KEY_ENDED")

    assert 5 == len((await http.get("/v1/keys", headers=admin)).json()["keys"])


async def test_requests_with_one_idempotency_key_at_once_make_one_key(http: httpx.AsyncClient, keys: Keys):
    headers = {**bearer(await keys.add("admin")), "Idempotency-Key": "once"}
    new = {"name": "ci", "scopes": ["builds:read"]}
    made = await asyncio.gather(*(http.post("/v1/keys", json=new, headers=headers) for _ in range(8)))

    assert [201, *[409] * 7] == sorted(answer.status_code for answer in made)
    assert 2 == len((await http.get("/v1/keys", headers=headers)).json()["keys"])


async def test_an_idempotency_key_of_one_tenant_meets_none_of_another(http: httpx.AsyncClient, keys: Keys):
    """Both actors are `key:ci`."""
    both = [bearer(await keys.add("admin", "builds:write", tenant=tenant)) for tenant in ("contoso", "fabrikam")]
    once = {"Idempotency-Key": "order-4711"}
    builds = [await http.post("/v1/builds", json={"prompt": "stars"}, headers={**each, **once}) for each in both]
    new = {"name": "ci", "scopes": ["builds:read"]}
    made = [await http.post("/v1/keys", json=new, headers={**each, **once}) for each in both]

    assert 2 == len({build.json()["id"] for build in builds})
    assert [201, 201] == [each.status_code for each in made]


async def test_keys_of_another_tenant_are_not_there(http: httpx.AsyncClient, keys: Keys):
    admin, other = bearer(await keys.add("admin")), await keys.add("builds:read", tenant="fabrikam")
    path = f"/v1/keys/{other.split('_')[1]}"
    revoked = await http.post(f"{path}:revoke", headers=admin)
    rotated = await http.post(f"{path}:rotate", json={}, headers=admin)
    listed = (await http.get("/v1/keys", headers=admin)).json()["keys"]

    assert [404, 404] == [revoked.status_code, rotated.status_code]
    assert 1 == len(listed)
    assert 200 == (await http.get("/v1/builds", headers=bearer(other))).status_code


async def test_keys_are_listed_in_pages_of_one_tenant(http: httpx.AsyncClient, keys: Keys):
    admin = bearer(await keys.add("admin"))
    for _ in range(4):
        await keys.add("builds:read")
    seen: list[str] = []
    query: dict[str, str] = {"page_size": "2"}
    while True:
        page = (await http.get("/v1/keys", params=query, headers=admin)).json()
        seen += [each["id"] for each in page["keys"]]
        if page["next_page_token"] is None:
            break
        query["page_token"] = page["next_page_token"]
    elsewhere = bearer(await keys.add("admin", tenant="fabrikam"))

    assert (5, sorted(seen, reverse=True)) == (len(seen), seen)
    assert 404 == (await http.get("/v1/keys", params=query, headers=elsewhere)).status_code


@pytest.mark.parametrize(
    "body",
    [
        {"name": "ci", "scopes": []},
        {"name": "ci", "scopes": ["root"]},
        {"name": "ci", "scopes": ["admin", "admin"]},
        {"name": "", "scopes": ["admin"]},
        {"name": "a\nb", "scopes": ["admin"]},
        {"name": "ci", "scopes": ["admin"], "tenant": "fabrikam"},
        {"name": "ci", "scopes": ["admin"], "expire_time": "2020-01-01T00:00:00Z"},
    ],
    ids=str,
)
async def test_a_key_that_cannot_be_is_not_made(http: httpx.AsyncClient, keys: Keys, body: dict[str, Any]):
    assert 400 == (await http.post("/v1/keys", json=body, headers=bearer(await keys.add("admin")))).status_code


async def test_another_gateway_on_the_same_table_knows_of_a_revocation(
    http: httpx.AsyncClient, keys: Keys, settings: GatewaySettings
):
    admin, key = bearer(await keys.add("admin")), await keys.add("builds:read")
    cached = settings.model_copy(update={"key_cache_s": 0.2})
    async with (
        running(cached) as other,
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{other.port}", headers=bearer(key)) as there,
    ):
        assert 200 == (await there.get("/v1/builds")).status_code
        await http.post(f"/v1/keys/{key.split('_')[1]}:revoke", headers=admin)
        async with asyncio.timeout(3):
            while (await there.get("/v1/builds")).status_code != 401:
                pass


async def test_no_log_line_holds_a_credential(http: httpx.AsyncClient, keys: Keys, caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    admin = await keys.add("admin")
    made = (await http.post("/v1/keys", json={"name": "ci", "scopes": ["builds:read"]}, headers=bearer(admin))).json()
    await http.get("/v1/builds", headers=bearer(made["secret"]))
    await http.get("/v1/builds", headers={"X-API-Key": made["secret"][:-1]})
    ours = [record for record in caplog.records if not record.name.startswith(("httpcore", "aiosqlite"))]

    lines = "\n".join(f"{record.getMessage()} {record.__dict__}" for record in ours)
    assert made["key"]["id"] in lines
    assert not [secret for secret in (admin, made["secret"]) if secret.rpartition("_")[2][:20] in lines]


async def test_any_host_is_answered_for(http: httpx.AsyncClient, keys: Keys):
    headers = {**bearer(await keys.add("builds:read")), "Host": "builder.example"}

    assert 200 == (await http.get("/v1/builds", headers=headers)).status_code
