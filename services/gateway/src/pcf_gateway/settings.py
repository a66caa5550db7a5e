"""Settings of the gateway: PCF_GATEWAY_*."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, ClassVar, Final, Literal
from urllib.parse import urlsplit

from pcf_runtime.calling_settings import CallingSettings
from pcf_runtime.settings import Port, Seconds
from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from pcf_gateway.cors import origin_problems

_LOOPBACK: Final = ("127.0.0.1", "localhost", "[::1]")
_LOOPBACK_ADDRESSES: Final = ("127.0.0.1", "localhost", "::1")
_SHORTEST_PEPPER: Final = 32
_Limit = Annotated[int, Field(ge=0, le=1_000_000_000)]
_Algorithm = Literal["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


class GatewaySettings(CallingSettings):
    """What the gateway can be told."""

    model_config = SettingsConfigDict(env_prefix="PCF_GATEWAY_")
    serves_grpc: ClassVar[bool] = False

    port: Port = 3000
    """Port of the REST surface and the web page."""
    metrics_port: Port = 9300
    """Port of /metrics for monitoring; the REST port has it too."""
    generator_target: str = "127.0.0.1:50051"
    """Where the generator listens, as a gRPC target."""
    brain_target: str = "127.0.0.1:50052"
    """Where the brain listens, as a gRPC target."""
    audit_target: str = "127.0.0.1:50053"
    """Where the audit service listens, as a gRPC target."""
    auth: Literal["off", "on"] = "off"
    """Whether callers must say who they are. Off is for development, and then only on loopback."""
    database: Path = Path("var/gateway.db")
    """SQLite file of the API keys, made if it is not there while auth is on. Not used when there is a database URL."""
    database_url: SecretStr = SecretStr("")
    """PostgreSQL of the API keys, `postgresql://user:password@host:5432/database`; its user is a member of the group
    role `pcf_gateway`. Bring it to this version's schema with `pcf-gateway migrate`."""
    owner_database_url: SecretStr = SecretStr("")
    """The same database as the role that owns the tables: only for `migrate` and `erase-tenant`, never for the
    service."""
    key_pepper: SecretStr = SecretStr("")
    """At least 32 characters that the stored hashes of API keys are made with, the same for all gateways: without it
    no key works."""
    key_pepper_old: SecretStr = SecretStr("")
    """The pepper before: keys that were made with it work still. Drop it once they are rotated."""
    key_cache_s: Annotated[float, Field(ge=0, le=60, allow_inf_nan=False)] = 2.0
    """How long a key that was looked up is believed; so long a revoked one may work on."""
    oidc_issuer: str = ""
    """Issuer (`iss`) of tokens that are let in beside API keys; empty means none."""
    oidc_audience: str = ""
    """Audience (`aud`) that a token must be for."""
    oidc_jwks_url: str = ""
    """Where the issuer's public keys are (`jwks_uri` of its discovery document)."""
    oidc_algorithms: tuple[_Algorithm, ...] = ("RS256", "ES256")
    """Signature algorithms that are believed."""
    oidc_tenant_claim: str = "tenant"
    """The claim that names the tenant; a token without it is refused."""
    oidc_scopes_claim: str = "scope"
    """The claim that lists the scopes, as words or as a list; others than ours are ignored."""
    oidc_leeway_s: Annotated[float, Field(ge=0, le=300, allow_inf_nan=False)] = 30.0
    """By how much the issuer's clock may differ from ours."""
    oidc_jwks_kept_s: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 3600.0
    """After how long the public keys are fetched anew; while that fails, the old ones hold."""
    oidc_jwks_wait_s: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 30.0
    """How long to wait after a fetch before a token with an unknown key may cause another."""
    allowed_hosts: tuple[str, ...] = _LOOPBACK
    """Names that requests may be addressed to while auth is off; keeps other sites' pages out."""
    body_limit_bytes: Annotated[int, Field(ge=1024)] = 64 * 1024
    """The largest request body that is read."""
    request_timeout_s: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 30.0
    """How long a request may take whose client says nothing (X-Request-Timeout)."""
    longest_request_timeout_s: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 120.0
    """The most that a client can ask for."""
    stream_limit_s: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 600.0
    """How long an event stream or a download may go on; event streams are resumed by themselves."""
    heartbeat_s: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 15.0
    """After how much silence an event stream sends a comment, so that no proxy closes it."""
    keep_alive_s: Seconds = 75.0
    """How long an idle connection is kept; more than the load balancer keeps its own."""

    key_per_second: _Limit = 200
    """Requests a second of one credential; 0, here and below, means no limit. Keys of one name in a tenant count as
    one, so that rotation gives no second allowance. Limits of callers hold while auth is on."""
    key_per_minute: _Limit = 6_000
    """Requests a minute of one credential."""
    tenant_per_second: _Limit = 500
    """Requests a second of one tenant."""
    tenant_per_minute: _Limit = 20_000
    """Requests a minute of one tenant."""
    builds_per_day: _Limit = 10_000
    """Builds that a tenant may start within 24 hours from the first."""
    requests_at_once: _Limit = 128
    """Requests of one tenant that one gateway works on at the same time."""
    streams_at_once: _Limit = 256
    """Event streams and downloads of one tenant that are under way in one gateway."""
    requests_at_once_in_all: _Limit = 256
    """Requests of everybody that one gateway works on at the same time."""
    streams_at_once_in_all: _Limit = 2_000
    """Event streams and downloads of everybody that are under way in one gateway."""
    failed_credentials_per_minute: _Limit = 100
    """Credentials that do not work, of one client address; after that none of it is looked at for up to a minute."""
    trusted_proxies: Annotated[int, Field(ge=0, le=10)] = 0
    """How many proxies stand in front, each adding to X-Forwarded-For; 0 means clients connect directly. With a proxy
    and 0 all clients have one address, and are refused together when one of them guesses; production must be told."""
    limits: Path | None = None
    """YAML file of tenants whose limits differ; it is read again when it changes."""
    redis_url: SecretStr = SecretStr("")
    """Redis in which gateways count together, as `redis://`, `redis+sentinel://` or `redis+cluster://`; without it,
    and while it is away, each counts alone."""
    cors_origins: tuple[str, ...] = ()
    """Origins of other sites whose pages may call the REST surface, each `https://host` exactly; needs auth on."""
    hsts_s: Annotated[int, Field(ge=0)] = Field(
        default_factory=lambda known: 0 if known.get("environment") == "development" else 31_536_000
    )
    """For how long browsers are told to come by HTTPS only (Strict-Transport-Security); 0, the default in development,
    tells them nothing, elsewhere the default is a year."""

    def problems(self) -> list[str]:
        found = super().problems()
        if self.auth == "off" and self.environment != "development":
            found.append(
                f"{self._name('auth')} is off, which only PCF_ENV=development allows; PCF_ENV is {self.environment}."
            )
        if self.auth == "off" and self.host not in _LOOPBACK_ADDRESSES:
            found.append(
                f"{self._name('host')} is {self.host}, but while {self._name('auth')} is off "
                "the gateway listens on loopback only (127.0.0.1)."
            )
        if self.request_timeout_s > self.longest_request_timeout_s:
            found.append(f"{self._name('request_timeout_s')} is more than {self._name('longest_request_timeout_s')}.")
        if self.auth == "on":
            found += [*self.key_problems(), *self._oidc_problems()]
        return [*found, *self._limit_problems(), *self._cors_problems()]

    def peppers(self) -> list[bytes]:
        """Those that stored hashes may be made with; the first makes new ones."""
        old = self.key_pepper_old.get_secret_value()
        return [self.key_pepper.get_secret_value().encode(), *([old.encode()] if old else [])]

    def key_problems(self) -> list[str]:
        """What is wrong with how API keys are kept."""
        found = []
        pepper = self.key_pepper.get_secret_value()
        if self.environment != "development" and not self.database_url.get_secret_value():
            found.append(f"{self._name('database_url')} is not set; {self.environment} needs a database of the keys.")
        if self.environment != "development" and not pepper:
            found.append(f"{self._name('key_pepper')} is not set; {self.environment} needs one.")
        if pepper and len(pepper) < _SHORTEST_PEPPER:
            found.append(f"{self._name('key_pepper')} has fewer than {_SHORTEST_PEPPER} characters.")
        return found

    def _limit_problems(self) -> Iterator[str]:
        if self.auth == "on" and self.environment == "production" and "trusted_proxies" not in self.model_fields_set:
            yield (
                f"{self._name('trusted_proxies')} is not set: say how many proxies stand in front, 0 if none, or one "
                "caller who guesses keys may shut out all."
            )
        if url := self.redis_url.get_secret_value():
            from pcf_runtime.redis_client import BadRedisUrlError, RedisUrl  # noqa: PLC0415 - slow to load

            try:
                RedisUrl.parse(url)
            except BadRedisUrlError as error:
                yield f"{self._name('redis_url')}: {error}."
        if self.limits is not None:
            from pcf_gateway.limits.rules import BadLimitsError, read_exceptions  # noqa: PLC0415 - needed here only

            try:
                read_exceptions(self.limits)
            except BadLimitsError as error:
                yield f"{self._name('limits')}: {error}."

    def _cors_problems(self) -> Iterator[str]:
        name = self._name("cors_origins")
        if self.cors_origins and self.auth == "off":
            yield f"{name} is set, but {self._name('auth')} is off: any page there could do everything."
        for problem in origin_problems(self.cors_origins, is_production=self.environment == "production"):
            yield f"{name} {problem}."

    def _oidc_problems(self) -> Iterator[str]:
        if not self.oidc_issuer:
            return
        for field in ("oidc_audience", "oidc_jwks_url"):
            if not getattr(self, field):
                yield f"{self._name(field)} is not set, but {self._name('oidc_issuer')} is."
        schemes = ("https",) if self.environment != "development" else ("https", "http")
        if self.oidc_jwks_url and urlsplit(self.oidc_jwks_url).scheme not in schemes:
            yield f"{self._name('oidc_jwks_url')} must begin with {' or '.join(f'{each}://' for each in schemes)}."
