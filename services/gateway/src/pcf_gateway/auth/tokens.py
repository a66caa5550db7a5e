"""Whether a token (JWT) of the identity provider is to be believed, and who it says its bearer is.

Only algorithms of the allow-list, all of them with public keys, and only with a key of the kind the algorithm is for:
a token that names `none`, or uses a public key as the secret of an HMAC, is refused before its signature is looked at.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import jwt

from pcf_gateway.auth.principal import Principal
from pcf_gateway.auth.provider_keys import ProviderKeys
from pcf_gateway.auth.scopes import SCOPES

__all__ = ["TokenCheck", "TokenRules"]

_TENANT: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_SUBJECT: Final = re.compile(r"[^\x00-\x1f\x7f]{1,195}")
_KINDS: Final = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
_REQUIRED: Final = ("exp", "iss", "aud", "sub")


@dataclass(frozen=True, slots=True)
class TokenRules:
    """What a token must say, and where in it we look."""

    issuer: str
    audience: str
    algorithms: Sequence[str]
    leeway_s: float
    tenant_claim: str
    scopes_claim: str


class TokenCheck:
    """Tokens of one provider."""

    def __init__(self, keys: ProviderKeys, rules: TokenRules) -> None:
        self._keys = keys
        self._rules = rules

    async def principal(self, text: str) -> Principal | None:
        """The token's bearer; None if it is not to be believed. ProviderAway."""
        claims = await self._claims(text)
        if claims is None:
            return None
        subject, tenant = claims["sub"], claims.get(self._rules.tenant_claim)
        if not (isinstance(tenant, str) and _TENANT.fullmatch(tenant) and _SUBJECT.fullmatch(subject)):
            return None
        granted = _words(claims.get(self._rules.scopes_claim))
        return Principal(f"oidc:{subject}", tenant, frozenset(scope for scope in SCOPES if scope in granted))

    async def _claims(self, text: str) -> dict[str, Any] | None:
        try:
            header = jwt.get_unverified_header(text)
            algorithm, key_id = header.get("alg"), header.get("kid")
            if not isinstance(key_id, str) or not isinstance(algorithm, str):
                return None
            if algorithm not in self._rules.algorithms:
                return None
            key = await self._keys.find(key_id)
            if key is None or key.key_type != _KINDS[algorithm[:2]]:
                return None
            return jwt.decode(
                text,
                key.key,
                algorithms=[algorithm],
                issuer=self._rules.issuer,
                audience=self._rules.audience,
                leeway=self._rules.leeway_s,
                options={"require": list(_REQUIRED)},
            )
        except (jwt.PyJWTError, ValueError, TypeError):
            # The last two: claims and keys of a shape that the library does not expect.
            return None


def _words(claim: object) -> frozenset[str]:
    """Scopes come as words in one text (RFC 8693) or as a list."""
    if isinstance(claim, str):
        return frozenset(claim.split())
    return frozenset(each for each in claim if isinstance(each, str)) if isinstance(claim, list) else frozenset()
