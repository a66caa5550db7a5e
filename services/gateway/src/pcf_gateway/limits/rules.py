"""How much each tenant may ask: the settings' numbers, and a file with those that differ."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

__all__ = ["BadLimitsError", "Book", "Rules", "read_exceptions"]

_LARGEST_FILE: Final = 1024 * 1024
_Limit = Annotated[int, Field(ge=0, le=1_000_000_000)]
_Tenant = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]


class BadLimitsError(Exception):
    """The file cannot be used; the message is a sentence without its end that says why."""


class Rules(BaseModel):
    """What one tenant may; 0 means no limit."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    key_per_second: _Limit
    key_per_minute: _Limit
    tenant_per_second: _Limit
    tenant_per_minute: _Limit
    builds_per_day: _Limit
    requests_at_once: _Limit
    streams_at_once: _Limit


class _Exception(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    key_per_second: _Limit | None = None
    key_per_minute: _Limit | None = None
    tenant_per_second: _Limit | None = None
    tenant_per_minute: _Limit | None = None
    builds_per_day: _Limit | None = None
    requests_at_once: _Limit | None = None
    streams_at_once: _Limit | None = None


class _File(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    tenants: dict[_Tenant, _Exception]


Exceptions = Mapping[str, Mapping[str, int]]
_FILE: Final = TypeAdapter(_File)


@dataclass(frozen=True, slots=True)
class Book:
    """The rules of every tenant."""

    usual: Rules
    exceptions: Exceptions = field(default_factory=dict)

    def rules(self, tenant: str) -> Rules:
        own = self.exceptions.get(tenant)
        return self.usual if own is None else self.usual.model_copy(update=dict(own))


def read_exceptions(path: Path) -> Exceptions:
    """What the file says, by tenant. BadLimitsError."""
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise BadLimitsError(f"{path} cannot be read: {error.strerror}") from error
    if len(text) > _LARGEST_FILE:
        raise BadLimitsError(f"{path} has more than {_LARGEST_FILE} bytes")
    try:
        content: Any = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise BadLimitsError(f"{path} is no YAML") from error
    try:
        tenants = _FILE.validate_python(content).tenants
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise BadLimitsError(f"{path}: {place}: {first['msg']}" if place else f"{path}: {first['msg']}") from error
    return {tenant: own.model_dump(exclude_none=True) for tenant, own in tenants.items()}
