"""Settings of a service: from the environment, secrets from files, checked before anything starts.

A subclass names its prefix and its fields:

    class AuditSettings(ServiceSettings):
        model_config = SettingsConfigDict(env_prefix="PCF_AUDIT_")
        port: Port = 50053
        database_url: SecretStr = SecretStr("sqlite:///audit.db")

PCF_AUDIT_DATABASE_URL sets the last one; PCF_AUDIT_DATABASE_URL_FILE names a file that holds it, and
PCF_AUDIT_DATABASE_URL_SECRET a secret of AWS Secrets Manager. `settings.source("database_url")` follows it from there.
"""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import BeforeValidator, Field, SecretStr, ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from pcf_runtime.addresses import is_loopback
from pcf_runtime.secret_files import (
    SecretFiles,
    StoredSecrets,
    file_problems,
    source_of,
    unknown_variables,
    variable,
)
from pcf_runtime.secret_text import SecretText
from pcf_runtime.tls.identity import Identity

if TYPE_CHECKING:
    from pcf_runtime.tls.files import TlsFiles

Port = Annotated[int, Field(ge=0, le=65_535)]
"""A TCP port; 0 takes any free one."""
Seconds = Annotated[float, Field(ge=0, allow_inf_nan=False)]
_PemFile = Annotated[Path | None, BeforeValidator(lambda given: given or None)]


_FOLLOW_UP: Final = "default_factory_not_called"  # a default that waits for a field which is reported itself


class ConfigurationError(Exception):
    """The service will not start as it is configured; `problems` holds one sentence for each reason."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class ServiceSettings(BaseSettings):
    """What every service can be told."""

    model_config = SettingsConfigDict(
        env_prefix="PCF_",
        frozen=True,
        extra="ignore",
        validate_by_name=True,
        validate_by_alias=True,
        use_attribute_docstrings=True,
    )

    serves_grpc: ClassVar[bool] = True

    environment: Literal["development", "staging", "production"] = Field(
        default="development", validation_alias="PCF_ENV"
    )
    """Which profile's rules hold: production refuses to start with an unsafe setting."""
    host: str = "127.0.0.1"
    """Address to listen on; 0.0.0.0 in a container."""
    port: Port = 0
    """Port to listen on."""
    metrics_port: Port = 0
    """Port of /metrics."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    """The least important lines that are logged."""
    drain_grace_s: Seconds = 20.0
    """How long calls in flight may go on after SIGTERM; less than the orchestrator's patience."""
    readiness_wait_s: Seconds = 0.0
    """How long to serve on after SIGTERM until load balancers have noticed; a few seconds in a cluster."""
    reflection: bool = Field(default_factory=lambda known: known.get("environment") == "development")
    """Whether callers can list the methods (gRPC reflection); on in development."""
    tls_certificate: _PemFile = None
    """PEM file of this service's certificate and what stands between it and the authority, for calls from and to other
    services; a new one is taken without a restart. With it both sides prove who they are; without, neither does."""
    tls_key: _PemFile = None
    """PEM file of the certificate's key."""
    tls_authority: _PemFile = None
    """PEM file of the authorities whose certificates are believed; two while one replaces the other."""
    trust_domain: Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9.-]{0,253}[a-z0-9])?$")] = "pcf-builder"
    """Whose services these are: certificates are for `spiffe://<trust domain>/<service>` and `<service>.<trust
    domain>`."""
    otlp_endpoint: Annotated[str, Field(pattern=r"^(https?://[^/@\s]+)?$")] = ""
    """Where traces are sent by OTLP over gRPC: `https://collector:4317`, with the authorities of the system, or
    `http://…` in clear; empty records none."""
    trace_sample: Annotated[float, Field(ge=0, le=1)] = 0.1
    """The share of requests whose trace is recorded, from 0 to 1. The gateway decides by lot, whatever the client says;
    the services behind follow whoever calls them."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - likewise
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, SecretFiles(settings_cls), StoredSecrets(settings_cls)

    def source(self, field: str) -> SecretText:
        """A secret of these settings for who can go on with another: as it is whenever it is asked for."""
        return source_of(type(self), field, getattr(self, field).get_secret_value())

    def secrets(self) -> list[str]:
        """The values that must be seen nowhere."""
        values = (getattr(self, field) for field in type(self).model_fields)
        return [text for value in values if isinstance(value, SecretStr) and (text := value.get_secret_value())]

    @property
    def has_certificate(self) -> bool:
        return None not in self._tls_paths

    def tls_files(self) -> "TlsFiles | None":
        """The certificate to serve and call with, if there is one. BadTlsFilesError if it cannot be used."""
        certificate, key, authority = self._tls_paths
        if certificate is None or key is None or authority is None:
            return None
        from pcf_runtime.tls.files import TlsFiles  # noqa: PLC0415 - brings cryptography

        service = str(type(self).model_config["env_prefix"]).removeprefix("PCF_").rstrip("_").lower()
        return TlsFiles(certificate, key, authority, identity=Identity(self.trust_domain, service))

    def describe(self) -> dict[str, object]:
        """The values in force, secrets masked."""
        return self.model_dump(mode="json")

    def problems(self) -> list[str]:
        """One sentence for each setting that is unsafe or contradicts another; subclasses add theirs."""
        found = []
        if self.port and self.port == self.metrics_port:
            found.append(f"{self._name('port')} and {self._name('metrics_port')} are the same port.")
        if self.environment == "production" and self.reflection:
            found.append(f"{self._name('reflection')} is on, which production does not allow.")
        if self.environment == "production" and self._sends_traces_in_clear():
            found.append(
                f"{self._name('otlp_endpoint')} is http:// and leads to another host: production needs https://."
            )
        return [*found, *self._tls_problems()]

    def _sends_traces_in_clear(self) -> bool:
        parts = urlsplit(self.otlp_endpoint)
        return parts.scheme == "http" and not is_loopback(parts.hostname or "")

    @property
    def _tls_paths(self) -> tuple[Path | None, Path | None, Path | None]:
        return self.tls_certificate, self.tls_key, self.tls_authority

    def _tls_problems(self) -> Iterator[str]:
        certificate = self._name("tls_certificate")
        if not self.has_certificate:
            if any(self._tls_paths):
                yield f"{certificate}, {self._name('tls_key')} and {self._name('tls_authority')} are set all or none."
            elif self.environment == "production" and self.serves_grpc and not is_loopback(self.host):
                yield (
                    f"{certificate} is not set and {self._name('host')} is {self.host}: "
                    "production serves without TLS on loopback only."
                )
            return
        from pcf_runtime.tls.material import BadTlsFilesError  # noqa: PLC0415 - brings cryptography

        try:
            self.tls_files()
        except BadTlsFilesError as error:
            yield f"{certificate} cannot be used: {error}."

    @classmethod
    def _name(cls, field: str) -> str:
        return variable(cls, field)


_Settings = TypeVar("_Settings", bound=ServiceSettings)


def load(settings: type[_Settings]) -> _Settings:
    """The settings, or ConfigurationError with every problem there is."""
    value = read(settings)
    problems = value.problems()
    if problems:
        raise ConfigurationError(problems)
    return value


def read(settings: type[_Settings]) -> _Settings:
    """The settings as given, safe or not. ConfigurationError if they cannot be understood."""
    problems = list(file_problems(settings))
    try:
        value = settings()
    except ValidationError as error:
        problems += [_sentence(settings, detail) for detail in error.errors() if detail["type"] != _FOLLOW_UP]
    except SettingsError as error:
        # Raised for the first list or mapping that is no JSON; names the field in quotes, in words only.
        fields = [variable(settings, name) for name in settings.model_fields if f'"{name}"' in str(error)]
        problems.append(f"{' '.join(fields)} should be JSON.")
    if problems:
        raise ConfigurationError(problems)
    return value


def check_config(settings: ServiceSettings) -> int:
    """Print the effective settings, and every problem and likely typing error; 0 if there is none."""
    json.dump(settings.describe(), sys.stdout, indent=2)
    sys.stdout.write("\n")
    problems = [*settings.problems(), *unknown_variables(type(settings))]
    sys.stderr.writelines(f"{problem}\n" for problem in problems)
    return 1 if problems else 0


def _sentence(settings: type[ServiceSettings], detail: ErrorDetails) -> str:
    # pydantic says "Input should be …", "Value should have …": here the variable is the subject.
    message = re.sub(r"^\w+ should", "should", detail["msg"]).removeprefix("Value error, ").removesuffix(".")
    if not detail["loc"]:
        return f"{message}."  # of a rule over several settings, which names them itself
    field, *path = (str(part) for part in detail["loc"])
    known = settings.model_fields.get(field)
    name = variable(settings, field) if known else field
    if detail["type"] == "missing":
        return f"{name} is not set and has no default."
    place = f"{name} ({'.'.join(path)})" if path else name
    if "Secret" in str(known and known.annotation):
        return f"{place} {message}."
    return f"{place} {message}; it is {detail['input']!r}."
