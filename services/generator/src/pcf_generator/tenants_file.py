"""The YAML file of tenants whose terms are not the usual ones."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from pcf_generator.models.catalogue_entry import Dollars

__all__ = ["BadTenantsError", "Entry", "read_tenants"]

_LARGEST: Final = 1_000_000
_Count = Annotated[int, Field(ge=1, le=_LARGEST)]
_Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]


class BadTenantsError(Exception):
    """The file cannot be used; the text says why, a sentence for each reason."""


class Entry(BaseModel):
    """What one tenant has instead of the usual."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, hide_input_in_errors=True)

    day_usd: Dollars | None = None
    """What it may spend on language models in a day of UTC."""
    queued: _Count | None = None
    """How many of its builds may wait."""
    running: _Count | None = None
    """How many of its builds may run at once, in all instances."""
    weight: Annotated[float, Field(ge=0.01, le=100, allow_inf_nan=False, strict=False)] = 1.0
    """How much it gets while others wait too, beside their 1."""

    @property
    def day_micros(self) -> int | None:
        """The dollars in micro-dollars."""
        return None if self.day_usd is None else int(self.day_usd * 1_000_000)


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)

    tenants: Annotated[dict[_Name, Entry], Field(max_length=_LARGEST)]


def read_tenants(path: Path) -> Mapping[str, Entry]:
    """Read and check all of it; BadTenantsError."""
    try:
        return _File.model_validate(_parse(path)).tenants
    except ValidationError as error:
        raise BadTenantsError("; ".join(f"{path}: {_sentence(detail)}" for detail in error.errors())) from None


def _parse(path: Path) -> object:
    try:
        return yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise BadTenantsError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadTenantsError(f"{path} is no text") from None
    except yaml.MarkedYAMLError as error:
        line = f"line {error.problem_mark.line + 1}: " if error.problem_mark else ""
        raise BadTenantsError(f"{path}: {line}{error.problem or 'no YAML'}") from None
    except yaml.YAMLError:
        raise BadTenantsError(f"{path} is no YAML") from None


def _sentence(detail: ErrorDetails) -> str:
    match detail["loc"]:
        case ("tenants", str(tenant), "[key]"):
            return f"{tenant!r} is no tenant: names are 1 to 63 small letters, digits and hyphens"
        case ("tenants", tenant, *field):
            place = " ".join(["tenant", repr(tenant), *(str(part) for part in field)])
        case (name, *_):
            place = str(name)
        case _:
            return "should be a mapping with `tenants`"
    if detail["type"] == "extra_forbidden":
        return f"{place}: there is no such setting"
    return f"{place}: {detail['msg'].removeprefix('Value error, ').removeprefix('Input ')}"
