"""Opens what authentication stands on, from the settings."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from pcf_runtime.health import Check
from pcf_runtime.ids import new_ulid
from prometheus_client import CollectorRegistry

from pcf_gateway.auth.authentication import Authentication
from pcf_gateway.auth.key_check import KeyCheck
from pcf_gateway.auth.key_desk import KeyDesk
from pcf_gateway.auth.key_event import KeyTrail
from pcf_gateway.auth.key_store import KeyStore
from pcf_gateway.auth.provider_keys import ProviderKeys, fetch_keys
from pcf_gateway.auth.tokens import TokenCheck, TokenRules
from pcf_gateway.settings import GatewaySettings

__all__ = ["Opened", "open_authentication", "open_desk"]


@dataclass(frozen=True, slots=True)
class Opened:
    """Who may come in, who decides about it, whether that can be known at the moment, and what is to be told of it."""

    authentication: Authentication
    desk: KeyDesk
    check: Check
    trail: KeyTrail


@asynccontextmanager
async def open_authentication(settings: GatewaySettings, registry: CollectorRegistry) -> AsyncIterator[Opened]:
    """CannotStartError."""
    async with _open_store(settings, registry) as store:
        keys = KeyCheck(
            store,
            peppers=settings.peppers(),
            believed_s=settings.key_cache_s,
            now=_now,
            elapsed_s=time.monotonic,
        )
        authentication = Authentication(keys, _tokens(settings))
        yield Opened(authentication, _desk(store, settings), Check("keys", store.check), store.trail)


@asynccontextmanager
async def open_desk(settings: GatewaySettings) -> AsyncIterator[KeyDesk]:
    """For a command on the server itself. CannotStartError."""
    async with _open_store(settings) as store:
        yield _desk(store, settings)


@asynccontextmanager
async def _open_store(settings: GatewaySettings, registry: CollectorRegistry | None = None) -> AsyncIterator[KeyStore]:
    if settings.database_url.get_secret_value():
        from pcf_gateway.auth.postgres_keys import open_postgres  # noqa: PLC0415 - asyncpg is slow to load

        async with open_postgres(settings.source("database_url"), registry=registry) as shared:
            yield shared
    else:
        from pcf_gateway.auth.sqlite_keys import open_sqlite  # noqa: PLC0415

        async with open_sqlite(settings.database) as own:
            yield own


def _desk(store: KeyStore, settings: GatewaySettings) -> KeyDesk:
    return KeyDesk(store, pepper=settings.peppers()[0], now=_now, new_id=new_ulid)


def _tokens(settings: GatewaySettings) -> TokenCheck | None:
    if not settings.oidc_issuer:
        return None
    keys = ProviderKeys(
        fetch_keys(settings.oidc_jwks_url),
        kept_s=settings.oidc_jwks_kept_s,
        wait_s=settings.oidc_jwks_wait_s,
        elapsed_s=time.monotonic,
    )
    rules = TokenRules(
        issuer=settings.oidc_issuer,
        audience=settings.oidc_audience,
        algorithms=settings.oidc_algorithms,
        leeway_s=settings.oidc_leeway_s,
        tenant_claim=settings.oidc_tenant_claim,
        scopes_claim=settings.oidc_scopes_claim,
    )
    return TokenCheck(keys, rules)


def _now() -> datetime:
    return datetime.now(UTC)
