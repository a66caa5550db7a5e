"""Tokens of an identity provider that really is one: its keys come over HTTP, and are rotated."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from jwt.algorithms import ECAlgorithm
from pcf_gateway.settings import GatewaySettings

AUDIENCE = "pcf-builder"


class Issuer:
    """Signs with its newest key; publishes all of them."""

    def __init__(self) -> None:
        self.url = ""
        self.keys: dict[str, EllipticCurvePrivateKey] = {}
        self.fetched = 0
        self.rotate("one")

    def rotate(self, key_id: str, *, forget: bool = False) -> None:
        kept = {} if forget else self.keys
        self.keys = {**kept, key_id: generate_private_key(SECP256R1())}

    def document(self) -> bytes:
        self.fetched += 1
        public = {key_id: json.loads(ECAlgorithm.to_jwk(key.public_key())) for key_id, key in self.keys.items()}
        return json.dumps({"keys": [{**jwk, "kid": key_id} for key_id, jwk in public.items()]}).encode()

    def token(self, **changes: Any) -> dict[str, str]:
        """As a header."""
        key_id, key = list(self.keys.items())[-1]
        said = {"iss": self.url, "aud": AUDIENCE, "sub": "ann", "exp": int(time.time()) + 60, "tenant": "contoso"}
        text = jwt.encode({**said, "scope": "builds:write", **changes}, key, algorithm="ES256", headers={"kid": key_id})
        return {"Authorization": f"Bearer {text}"}


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    issuer = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(issuer.document())

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuer.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield issuer
        server.shutdown()
        thread.join()


@pytest.fixture
def settings(settings: GatewaySettings, issuer: Issuer, tmp_path: Path) -> GatewaySettings:
    on = {
        "auth": "on",
        "database": tmp_path / "gateway.db",
        "oidc_issuer": issuer.url,
        "oidc_audience": AUDIENCE,
        "oidc_jwks_url": f"{issuer.url}/keys",
        "oidc_jwks_wait_s": 0.0,
    }
    return GatewaySettings.model_validate({**settings.model_dump(), **on})


async def create(http: httpx.AsyncClient, headers: dict[str, str]) -> int:
    return (await http.post("/v1/builds", json={"prompt": "stars"}, headers=headers)).status_code


async def test_a_token_is_let_in_as_its_subject_of_its_tenant(http: httpx.AsyncClient, issuer: Issuer, generator: Any):
    assert 202 == await create(http, issuer.token())

    ((context, _, _),) = generator.seen
    assert ("oidc:ann", "contoso") == (context.actor, context.tenant)


async def test_a_token_can_do_what_its_scopes_say(http: httpx.AsyncClient, issuer: Issuer):
    assert 403 == await create(http, issuer.token(scope="builds:read"))
    assert 401 == await create(http, issuer.token(aud="another"))


async def test_no_request_fails_while_the_issuer_rotates_its_keys(http: httpx.AsyncClient, issuer: Issuer):
    codes = []
    for number in range(8):
        before = issuer.token()
        issuer.rotate(f"key {number}")
        codes += [await create(http, before), await create(http, issuer.token())]

    assert {202} == set(codes)


async def test_a_key_that_the_issuer_withdrew_signs_nothing_more(http: httpx.AsyncClient, issuer: Issuer):
    before = issuer.token()
    assert 202 == await create(http, before)
    issuer.rotate("two", forget=True)

    assert [202, 401] == [await create(http, issuer.token()), await create(http, before)]


async def test_known_keys_need_no_fetch(http: httpx.AsyncClient, issuer: Issuer):
    for _ in range(5):
        await create(http, issuer.token())

    assert 1 == issuer.fetched
