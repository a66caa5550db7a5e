"""REST, asked by one tenant about another's: in every operation what is theirs is as if it did not exist."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.servers.api_keys import PEPPER, add_key

OURS, THEIRS = "contoso", "fabrikam"
CANARY = "Zanzibar"
PROMPTS = {
    "succeeded": "a toggle switch",
    "needs_input": "Read-only editable rating control",
    "failed": "an unheard-of map of the world",
    "cancelled": "Read-only editable rating control",
}
NOBODYS = "01JB2C3D4E5F6G7H8J9KMNPQRS"
NOBODYS_FILE = "ab" * 32
ONCE = {"Idempotency-Key": "order-4711"}
UNEQUAL = ("date", "x-request-id", "ratelimit")
"""How the headers begin that differ between any two answers."""


@dataclass(frozen=True)
class Tenant:
    """An administrator who may do everything within their tenant."""

    http: httpx.Client
    key: str

    def get(self, path: str, **query: str) -> Any:
        return self.http.get(path, params=query).raise_for_status().json()

    def state(self) -> Any:
        """All of theirs that somebody could have changed."""
        keys = [{**key, "last_use_time": None} for key in self.get("/v1/keys")["keys"]]
        return keys, self.get("/v1/builds"), self.get("/v1/audit/events", page_size="1000")["events"]


@dataclass(frozen=True)
class Two:
    """Ours asks; theirs has builds in every state, a key, files and audit events."""

    ours: Tenant
    theirs: Tenant
    builds: dict[str, str]
    file: str
    key: str
    events: list[str]

    @property
    def untold(self) -> list[str]:
        return [CANARY, THEIRS, self.file, self.key, *self.builds.values(), *self.events]


@pytest.fixture(scope="module")
def two(serve: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Two]:
    """One server for this module; no test changes what is theirs."""
    folder = tmp_path_factory.mktemp("tenants") / "var"
    on = {"PCF_GATEWAY_AUTH": "on", "PCF_GATEWAY_KEY_PEPPER": PEPPER}
    with serve(folder, **on) as server:
        keys = [add_key(folder / "gateway.db", tenant=tenant) for tenant in (OURS, THEIRS)]
        clients = [
            httpx.Client(base_url=server.url, headers={"Authorization": f"Bearer {key}"}, timeout=60, trust_env=False)
            for key in keys
        ]
        ours, theirs = (Tenant(*pair) for pair in zip(clients, keys, strict=True))
        with ours.http, theirs.http:
            yield furnished(ours, theirs)


def furnished(ours: Tenant, theirs: Tenant) -> Two:
    builds = {state: started(theirs, prompt) for state, prompt in PROMPTS.items()}
    theirs.http.post(f"/v1/builds/{builds['cancelled']}:cancel").raise_for_status()
    found = {state: settled(theirs, build) for state, build in builds.items()}
    assert {state: state for state in PROMPTS} == {state: build["state"] for state, build in found.items()}
    made = theirs.http.post("/v1/keys", json={"name": CANARY, "scopes": ["builds:read"]}).raise_for_status()
    for path, body in MADE.values():
        theirs.http.post(path, json=body, headers=ONCE).raise_for_status()
    for build in theirs.get("/v1/builds")["builds"]:
        settled(theirs, build["id"])
    settled(ours, ours.http.post("/v1/builds", json={"prompt": "a progress bar"}).raise_for_status().json()["id"])
    told = theirs.get("/v1/audit/events", page_size="1000")["events"]
    return Two(
        ours=ours,
        theirs=theirs,
        builds=builds,
        file=found["succeeded"]["result"]["artifacts"][0]["sha256"],
        key=made.json()["key"]["id"],
        events=[event["id"] for event in told],
    )


def started(tenant: Tenant, prompt: str) -> str:
    body = {"prompt": prompt, "options": {"display_name": CANARY}}
    return str(tenant.http.post("/v1/builds", json=body).raise_for_status().json()["id"])


def settled(tenant: Tenant, build: str) -> Any:
    """The stream ends when nothing more happens."""
    tenant.http.get(f"/v1/builds/{build}/events")
    return tenant.get(f"/v1/builds/{build}")


def said(answer: httpx.Response, name: str) -> tuple[int, list[tuple[str, str]], str]:
    """All that is told, byte for byte, but for what was asked about and for the request's id."""
    headers = [pair for pair in answer.headers.multi_items() if not pair[0].startswith(UNEQUAL)]
    told = answer.text.replace(answer.headers["x-request-id"], "REQUEST").replace(name, "NAME")
    # Ids of requests differ in length from one process's count to the next.
    return answer.status_code, [(k, v) for k, v in headers if k != "content-length"], told


Ask = Callable[[httpx.Client, str], httpx.Response]
BUILD: dict[str, Ask] = {
    "getBuild": lambda http, name: http.get(f"/v1/builds/{name}"),
    "watchBuild": lambda http, name: http.get(f"/v1/builds/{name}/events"),
    "cancelBuild": lambda http, name: http.post(f"/v1/builds/{name}:cancel"),
    "resumeBuild": lambda http, name: http.post(f"/v1/builds/{name}:resume"),
    "answerBuild": lambda http, name: http.post(f"/v1/builds/{name}:answer", json={"choice_id": "read-only"}),
    "downloadArtifact": lambda http, name: http.get(f"/v1/builds/{name}/artifacts/source"),
    "describeArtifact": lambda http, name: http.head(f"/v1/builds/{name}/artifacts/report"),
}
KEY: dict[str, Ask] = {
    "revokeKey": lambda http, name: http.post(f"/v1/keys/{name}:revoke"),
    "rotateKey": lambda http, name: http.post(f"/v1/keys/{name}:rotate", json={}, headers=ONCE),
}
EVENT: dict[str, Ask] = {
    "getAuditEvent": lambda http, name: http.get(f"/v1/audit/events/{name}"),
    "proveAuditInclusion": lambda http, name: http.get("/v1/audit/proofs/inclusion", params={"event_id": name}),
}
FILE: dict[str, Ask] = {"verifyFile": lambda http, name: http.get(f"/v1/verify/{name}")}


@pytest.mark.parametrize("operation", [*BUILD, *KEY, *EVENT, *FILE])
def test_what_is_theirs_is_answered_as_what_does_not_exist(two: Two, operation: str):
    before = two.theirs.state()
    names, nobodys = named(two, operation)
    ask = {**BUILD, **KEY, **EVENT, **FILE}[operation]
    expected = said(ask(two.ours.http, nobodys), nobodys)
    answers = [said(ask(two.ours.http, name), name) for name in names]

    assert expected[0] in ((200,) if operation in FILE else (404,))
    assert [expected] * len(names) == answers
    assert before == two.theirs.state()


def named(two: Two, operation: str) -> tuple[list[str], str]:
    if operation in BUILD:
        return list(two.builds.values()), NOBODYS
    if operation in KEY:
        return [two.key, two.theirs.key.split("_")[1]], NOBODYS
    if operation in EVENT:
        return two.events[:20], NOBODYS
    return [two.file], NOBODYS_FILE


TOLD: dict[str, list[str]] = {
    "listBuilds": ["/v1/builds?page_size=1000", *(f"/v1/builds?state={state}" for state in PROMPTS)],
    "listAuditEvents": [
        "/v1/audit/events?page_size=1000",
        f"/v1/audit/events?tenant={THEIRS}",
        "/v1/audit/events?build=",
        "/v1/audit/events?actor=key:ci&page_size=1000",
        "/v1/audit/events?type=key.created",
        f"/v1/audit/events?tenant={THEIRS}&actor=key:ci",
    ],
    "listKeys": ["/v1/keys?page_size=1000"],
    "getUsage": ["/v1/usage"],
    "verifyAuditLog": ["/v1/audit/verification"],
    "getAuditCheckpoint": ["/v1/audit/checkpoint"],
    "proveAuditConsistency": ["/v1/audit/proofs/consistency?first=1"],
    "exportAuditLog": ["/v1/audit/log", "/v1/audit/log?first=0&end=1"],
    "listCapabilities": ["/v1/capabilities"],
    "getCapability": ["/v1/capabilities/toggle"],
    "getBrainRelease": ["/v1/brain/release"],
    "getMetrics": ["/metrics"],
    "getHealth": ["/healthz"],
    "getReadiness": ["/readyz"],
}


@pytest.mark.parametrize("operation", TOLD)
def test_what_is_told_of_all_holds_nothing_of_theirs(two: Two, operation: str):
    for path in TOLD[operation]:
        build = two.builds["succeeded"] if path.endswith("build=") else ""
        answer = two.ours.http.get(path + build)

        assert answer.status_code == (403 if operation == "exportAuditLog" else 200)
        # What was asked for may be named.
        told = answer.text.replace(answer.request.url.path, "")
        assert [] == [name for name in two.untold if name in told]


@pytest.mark.parametrize("path", ["/v1/builds", "/v1/audit/events", "/v1/keys"])
def test_a_page_token_of_theirs_leads_to_none_of_theirs(two: Two, path: str):
    token = two.theirs.get(path, page_size="1")["next_page_token"]
    answer = two.ours.http.get(path, params={"page_token": token})

    assert token
    assert answer.status_code in (200, 404)
    assert [] == [name for name in two.untold if name in answer.text]


MADE: dict[str, tuple[str, dict[str, Any]]] = {
    "createBuild": ("/v1/builds", {"prompt": "slider"}),
    "createKey": ("/v1/keys", {"name": "shared", "scopes": ["builds:read"]}),
}


@pytest.mark.parametrize("operation", MADE)
def test_their_idempotency_key_meets_nothing_of_theirs(two: Two, operation: str):
    """Same words, same actor's name, same key."""
    path, body = MADE[operation]
    before = two.theirs.state()
    made = two.ours.http.post(path, json=body, headers=ONCE).raise_for_status().json()
    new = made.get("key", made)["id"]

    assert new not in two.untold
    assert new in two.ours.http.get(path).text
    assert before == two.theirs.state()


def test_every_operation_is_tried(two: Two):
    document = two.ours.get("/openapi.json")
    operations = {each["operationId"] for path in document["paths"].values() for each in path.values()}

    assert operations == {*BUILD, *KEY, *EVENT, *FILE, *TOLD, *MADE}
