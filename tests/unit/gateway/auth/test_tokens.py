"""Which tokens are believed, and which attacks on their signature are not."""

import base64
import hmac
import json
import time
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from pcf_gateway.auth.principal import Principal
from pcf_gateway.auth.provider_keys import ProviderKeys
from pcf_gateway.auth.tokens import TokenCheck, TokenRules

PRIVATE = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
STRANGER = rsa.generate_private_key(public_exponent=65_537, key_size=2048)
ISSUER, AUDIENCE = "https://login.example", "pcf-builder"
RULES = TokenRules(ISSUER, AUDIENCE, ("RS256", "ES256"), 30.0, "tenant", "scope")
KNOWN = {"kid": "one"}


def claims(**changes: Any) -> dict[str, Any]:
    said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "ann", "exp": int(time.time()) + 300, "tenant": "contoso"}
    return {
        name: value for name, value in {**said, "scope": "builds:read openid", **changes}.items() if value is not None
    }


def token(**changes: Any) -> str:
    return jwt.encode(claims(**changes), PRIVATE, algorithm="RS256", headers=KNOWN)


def forged(header: Mapping[str, Any], secret: bytes = b"") -> str:
    """A token made by hand: libraries refuse to make these."""
    parts = [base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=") for each in (header, claims())]
    signature = hmac.digest(secret, b".".join(parts), sha256) if secret else b""
    return b".".join([*parts, base64.urlsafe_b64encode(signature).rstrip(b"=")]).decode()


@pytest.fixture
def check() -> TokenCheck:
    async def fetch() -> Mapping[str, Any]:
        public = json.loads(RSAAlgorithm.to_jwk(PRIVATE.public_key()))
        secret = {"kty": "oct", "kid": "shared", "k": base64.urlsafe_b64encode(b"k" * 32).decode()}
        return {"keys": [{**public, "kid": "one"}, secret]}

    keys = ProviderKeys(fetch, kept_s=3600, wait_s=30, elapsed_s=lambda: 0.0)
    return TokenCheck(keys, RULES)


async def test_a_token_tells_who_whose_and_what(check: TokenCheck):
    assert Principal("oidc:ann", "contoso", frozenset({"builds:read"})) == await check.principal(token())


async def test_scopes_come_as_a_list_too_and_strange_ones_are_left_out(check: TokenCheck):
    bearer = await check.principal(token(scope=["admin", "root", 7]))

    assert bearer is not None
    assert {"admin"} == bearer.scopes


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://other.example"},
        {"aud": "another"},
        {"aud": None},
        {"exp": 1_700_000_000},
        {"exp": None},
        {"nbf": 4_000_000_000},
        {"sub": None},
        {"sub": ""},
        {"tenant": None},
        {"tenant": "../contoso"},
        {"tenant": ["contoso"]},
    ],
    ids=str,
)
async def test_a_token_that_says_something_else_is_not_believed(check: TokenCheck, changes: dict[str, Any]):
    assert await check.principal(token(**changes)) is None


async def test_clocks_may_differ_a_little(check: TokenCheck):
    assert await check.principal(token(exp=int(time.time()) - 10)) is not None


async def test_another_ones_signature_is_not_believed(check: TokenCheck):
    assert await check.principal(jwt.encode(claims(), STRANGER, algorithm="RS256", headers=KNOWN)) is None


@pytest.mark.parametrize("name", ["none", "None", "NONE", "nOnE", ""])
async def test_a_token_without_a_signature_is_not_believed(check: TokenCheck, name: str):
    assert await check.principal(forged({"alg": name, "typ": "JWT", **KNOWN})) is None


async def test_the_public_key_is_no_secret_of_an_hmac(check: TokenCheck):
    pem = PRIVATE.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)

    assert await check.principal(forged({"alg": "HS256", **KNOWN}, pem)) is None
    assert await check.principal(forged({"alg": "HS256", "kid": "shared"}, b"k" * 32)) is None


@pytest.mark.parametrize(
    "header",
    [
        {"alg": "ES256", **KNOWN},
        {"alg": "RS512", **KNOWN},
        {"alg": "RS256"},
        {"alg": "RS256", "kid": "unknown"},
        {"alg": "RS256", "kid": 7},
        {"alg": ["RS256"], **KNOWN},
        {"alg": "RS256", "jku": "https://evil.example/keys", "kid": "unknown"},
    ],
    ids=str,
)
async def test_a_header_that_does_not_fit_is_not_believed(check: TokenCheck, header: dict[str, Any]):
    assert await check.principal(forged(header, b"anything")) is None


async def test_a_key_in_the_token_itself_is_not_used(check: TokenCheck):
    own = json.loads(RSAAlgorithm.to_jwk(STRANGER.public_key()))
    made = jwt.encode(claims(), STRANGER, algorithm="RS256", headers={**KNOWN, "jwk": own})

    assert await check.principal(made) is None


@pytest.mark.parametrize("text", ["", ".", "..", "a.b.c", "é", "x" * 9000])
async def test_what_is_no_token_is_not_believed(check: TokenCheck, text: str):
    assert await check.principal(text) is None


async def test_a_token_that_was_cut_or_grew_is_not_believed(check: TokenCheck):
    assert [None, None] == [await check.principal(text) for text in (token()[:-3], token() + ".")]
