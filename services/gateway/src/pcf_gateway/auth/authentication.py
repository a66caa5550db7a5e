"""From a request's headers to its caller: an API key or a token of the identity provider, in one place.

Whatever does not work is refused with the same words: whether a key exists, has expired or was revoked is not told.
"""

from dataclasses import dataclass
from typing import Final

from pcf_gateway.auth.api_key import PREFIX
from pcf_gateway.auth.key_check import KeyCheck
from pcf_gateway.auth.principal import Principal
from pcf_gateway.auth.scopes import PUBLIC_PATHS
from pcf_gateway.auth.tokens import TokenCheck
from pcf_gateway.problems.refusal import Refusal

__all__ = ["Authentication"]

_CHALLENGE: Final = "Bearer"
_LONGEST: Final = 16 * 1024


@dataclass(frozen=True, slots=True)
class Authentication:
    """Knows keys and, when there is an identity provider, tokens."""

    keys: KeyCheck
    tokens: TokenCheck | None

    async def principal(self, path: str, headers: dict[bytes, bytes]) -> Principal | None:
        """Who asks; None on the public paths. Refusal 401 when nobody knows; StoreAway, ProviderAway."""
        if path in PUBLIC_PATHS:
            return None
        credential = _credential(headers)
        if credential is None:
            raise Refusal(
                "CREDENTIAL_MISSING",
                "Send an API key or a token as `Authorization: Bearer …`, or a key as `X-API-Key`.",
                headers={"WWW-Authenticate": _CHALLENGE},
            )
        principal = await self._who(credential)
        if principal is None:
            raise Refusal(
                "CREDENTIAL_INVALID",
                "The credential is not one that works.",
                headers={"WWW-Authenticate": f'{_CHALLENGE} error="invalid_token"'},
            )
        return principal

    async def _who(self, credential: str) -> Principal | None:
        if len(credential) > _LONGEST:
            return None
        if credential.startswith(PREFIX):
            return await self.keys.principal(credential)
        return None if self.tokens is None else await self.tokens.principal(credential)


def _credential(headers: dict[bytes, bytes]) -> str | None:
    """What the client sent; empty, which nothing fits, when it contradicts itself or has another scheme."""
    key, authorization = headers.get(b"x-api-key"), headers.get(b"authorization")
    if authorization is None and key is None:
        return None
    if authorization is None:
        text = (key or b"").decode("latin-1")
        # Tokens have one place only.
        return text if text.startswith(PREFIX) else ""
    scheme, _, value = authorization.decode("latin-1").partition(" ")
    return value.strip() if key is None and scheme.lower() == "bearer" else ""
